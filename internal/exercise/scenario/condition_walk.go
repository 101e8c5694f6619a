package scenario

import (
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types/ref"
)

// walker goes through a parsed condition, notes the keys it names and finds
// unknown names before CEL's checker does, to suggest the right ones.
type walker struct {
	src   string
	info  *ast.SourceInfo
	cond  *Condition
	found []finding
}

// conditionFields gives the fields of a fact.
func conditionFields(variable string) []string {
	switch variable {
	case varTask:
		return []string{"answered", "correct", "late", "open", "attempts", "score"}
	case varInject:
		return []string{"released", "acknowledged"}
	case varFlow:
		return []string{"made", "late", "missed"}
	default:
		return nil
	}
}

func (w *walker) offset(e ast.Expr) int {
	loc := w.info.GetStartLocation(e.ID())
	if loc == nil || loc.Line() < 1 {
		return 0
	}
	return offsetOf(w.src, loc.Line(), loc.Column())
}

func (w *walker) unknown(e ast.Expr, code, name string, known []string) {
	w.found = append(w.found, finding{w.nameOffset(e, name), code, unknown(name, known)})
}

// nameOffset gives where a name stands: CEL places a call at its parenthesis
// and a field at its dot.
func (w *walker) nameOffset(e ast.Expr, name string) int {
	at := w.offset(e)
	switch e.Kind() {
	case ast.CallKind:
		if i := strings.LastIndex(w.src[:at], name); i >= 0 {
			return i
		}
	case ast.SelectKind:
		if i := strings.Index(w.src[at:], name); i >= 0 {
			return at + i
		}
	}
	return at
}

func (w *walker) walk(e ast.Expr) {
	switch e.Kind() {
	case ast.IdentKind:
		w.ident(e)
	case ast.SelectKind:
		w.selection(e)
	case ast.CallKind:
		w.call(e)
	case ast.ListKind:
		for _, x := range e.AsList().Elements() {
			w.walk(x)
		}
	case ast.MapKind:
		for _, x := range e.AsMap().Entries() {
			w.walk(x.AsMapEntry().Key())
			w.walk(x.AsMapEntry().Value())
		}
	case ast.StructKind:
		for _, x := range e.AsStruct().Fields() {
			w.walk(x.AsStructField().Value())
		}
	}
}

func (w *walker) ident(e ast.Expr) {
	switch name := e.AsIdent(); name {
	case varScore:
		w.cond.UsesScore = true
	case "bool", "int", "double", "string": // types are values in CEL
	default:
		w.unknown(e, codeConditionName, name, []string{"task", "inject", "flow", "branch", "teams", "score"})
	}
}

func (w *walker) selection(e ast.Expr) {
	s := e.AsSelect()
	name := s.FieldName()
	if op := s.Operand(); op.Kind() == ast.IdentKind && op.AsIdent() == "teams" {
		if name == "total" {
			w.cond.UsesTotal = true
			return
		}
		w.unknown(e, codeConditionField, name, []string{"total", "answered(…)", "solved(…)", "made(…)"})
		return
	}
	if variable, _, ok := fact(s.Operand()); ok {
		if known := conditionFields(variable); !slices.Contains(known, name) && known != nil {
			w.unknown(e, codeConditionField, name, known)
		}
	}
	w.walk(s.Operand())
}

// fact recognises what the macros make: @task["T1"].
func fact(e ast.Expr) (variable string, key ast.Expr, ok bool) {
	if e.Kind() != ast.CallKind {
		return "", nil, false
	}
	c := e.AsCall()
	if c.FunctionName() != "_[_]" || len(c.Args()) != 2 {
		return "", nil, false
	}
	target := c.Args()[0]
	if target.Kind() != ast.IdentKind || target.AsIdent() == "" || target.AsIdent()[0] != '@' {
		return "", nil, false
	}
	return target.AsIdent(), c.Args()[1], true
}

func (w *walker) call(e ast.Expr) {
	if variable, key, ok := fact(e); ok {
		s, _ := literalString(key)
		w.cond.names = append(w.cond.names, conditionName{variable, s, w.offset(key)})
		return
	}
	c := e.AsCall()
	if c.IsMemberFunction() {
		if t := c.Target(); t.Kind() == ast.IdentKind && t.AsIdent() == "teams" {
			w.unknown(e, codeConditionName, c.FunctionName(), []string{"answered", "solved", "made"})
			return
		}
		w.walk(c.Target())
	} else if !knownFunction(c.FunctionName()) {
		w.unknown(e, codeConditionName, c.FunctionName(), []string{"task", "inject", "flow", "branch"})
	}
	for _, x := range c.Args() {
		w.walk(x)
	}
}

// knownFunction reports whether CEL has the function; operators have names
// that are no identifiers.
func knownFunction(name string) bool {
	env, err := celEnv()
	if err != nil {
		return true
	}
	return env.HasFunction(name)
}

// literal gives the value of a literal expression, or nil.
func literal(e ast.Expr) ref.Val {
	if e.Kind() != ast.LiteralKind {
		return nil
	}
	return e.AsLiteral()
}
