package programmepages

import "renkei/internal/programme"

// improve puts into the view of an event the improvement plan of the exercise that
// was played at it, for whoever may read that plan.
func (r *request) improve(v *recordView) (err error) {
	e, ok := v.rec.(*programme.Event)
	if !ok || e.Exercise == "" || r.pages.from == nil {
		return nil
	}
	v.improvements, err = r.pages.from.Improvements(r.Context(), r.Access, e.Exercise, r.Printer)
	return err
}
