package exercise

func (a HandOver) decide(d *decision) error {
	if err := d.control(); err != nil {
		return err
	}
	switch {
	case a.To == "":
		return refuse(NoPerson)
	case len(a.To) > MaxName:
		return refuse(TooLong, "Limit", MaxName)
	}
	d.emit(toControl, &HandedOver{To: a.To})
	return nil
}
