package scenario

import (
	"math"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
)

// node evaluates one part of a condition; ok is false for an evaluation error.
type node[T any] func(Facts) (v T, ok bool)

// translator turns a checked expression into closures. A nil node means that
// the closures do not cover the expression, so that CEL itself evaluates it.
type translator struct{ ast *ast.AST }

func always[T any](v T) node[T] { return func(Facts) (T, bool) { return v, true } }

func (tr translator) boolean(e ast.Expr) node[bool] {
	switch e.Kind() {
	case ast.LiteralKind:
		if v, ok := literal(e).(types.Bool); ok {
			return always(bool(v))
		}
	case ast.SelectKind:
		s := e.AsSelect()
		if variable, key, ok := fact(s.Operand()); ok && !s.IsTestOnly() {
			k, _ := literalString(key)
			return boolFact(variable, k, s.FieldName())
		}
	case ast.CallKind:
		if variable, key, ok := fact(e); ok && variable == varBranch {
			k, _ := literalString(key)
			return func(f Facts) (bool, bool) { return f.Branch(k), true }
		}
		return tr.boolCall(e.AsCall())
	}
	return nil
}

func boolFact(variable, key, name string) node[bool] {
	switch variable + "." + name {
	case varTask + ".answered":
		return func(f Facts) (bool, bool) { return f.Task(key).Answered, true }
	case varTask + ".correct":
		return func(f Facts) (bool, bool) { return f.Task(key).Correct, true }
	case varTask + ".late":
		return func(f Facts) (bool, bool) { return f.Task(key).Late, true }
	case varTask + ".open":
		return func(f Facts) (bool, bool) { return f.Task(key).Open, true }
	case varInject + ".released":
		return func(f Facts) (bool, bool) { return f.Inject(key).Released, true }
	case varInject + ".acknowledged":
		return func(f Facts) (bool, bool) { return f.Inject(key).Acknowledged, true }
	case varFlow + ".made":
		return func(f Facts) (bool, bool) { return f.Flow(key).Made, true }
	case varFlow + ".late":
		return func(f Facts) (bool, bool) { return f.Flow(key).Late, true }
	case varFlow + ".missed":
		return func(f Facts) (bool, bool) { return f.Flow(key).Missed, true }
	}
	return nil
}

func (tr translator) boolCall(c ast.CallExpr) node[bool] {
	args := c.Args()
	switch c.FunctionName() {
	case "!_":
		return not(tr.boolean(args[0]))
	case "_&&_":
		return decide(tr.boolean(args[0]), tr.boolean(args[1]), false)
	case "_||_":
		return decide(tr.boolean(args[0]), tr.boolean(args[1]), true)
	case "_?_:_":
		return choose(tr.boolean(args[0]), tr.boolean(args[1]), tr.boolean(args[2]))
	case "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_":
		return tr.comparison(c.FunctionName(), args[0], args[1])
	}
	return nil
}

func not(a node[bool]) node[bool] {
	if a == nil {
		return nil
	}
	return func(f Facts) (bool, bool) {
		v, ok := a(f)
		return !v, ok
	}
}

// decide is && (by false) and || (by true): one side that decides outweighs an
// error on the other.
func decide(a, b node[bool], by bool) node[bool] {
	if a == nil || b == nil {
		return nil
	}
	return func(f Facts) (bool, bool) {
		x, okX := a(f)
		if okX && x == by {
			return by, true
		}
		y, okY := b(f)
		if okY && y == by {
			return by, true
		}
		return !by, okX && okY
	}
}

func choose[T any](cond node[bool], a, b node[T]) node[T] {
	if cond == nil || a == nil || b == nil {
		return nil
	}
	return func(f Facts) (T, bool) {
		v, ok := cond(f)
		if !ok {
			var none T
			return none, false
		}
		if v {
			return a(f)
		}
		return b(f)
	}
}

func (tr translator) comparison(op string, a, b ast.Expr) node[bool] {
	ta, tb := tr.ast.GetType(a.ID()), tr.ast.GetType(b.ID())
	switch {
	case ta.IsExactType(types.IntType) && tb.IsExactType(types.IntType):
		return compare(op, tr.integer(a), tr.integer(b))
	case ta.IsExactType(types.DoubleType) && tb.IsExactType(types.DoubleType):
		return compare(op, tr.double(a), tr.double(b))
	case ta.IsExactType(types.BoolType) && tb.IsExactType(types.BoolType):
		return equal(op, tr.boolean(a), tr.boolean(b))
	}
	return nil
}

func equal(op string, a, b node[bool]) node[bool] {
	if a == nil || b == nil || op != "_==_" && op != "_!=_" {
		return nil
	}
	return func(f Facts) (bool, bool) {
		x, okX := a(f)
		y, okY := b(f)
		return (x == y) == (op == "_==_"), okX && okY
	}
}

func compare[T int64 | float64](op string, a, b node[T]) node[bool] {
	if a == nil || b == nil {
		return nil
	}
	var test func(x, y T) bool
	switch op {
	case "_==_":
		test = func(x, y T) bool { return x == y }
	case "_!=_":
		test = func(x, y T) bool { return x != y }
	case "_<_":
		test = func(x, y T) bool { return x < y }
	case "_<=_":
		test = func(x, y T) bool { return x <= y }
	case "_>_":
		test = func(x, y T) bool { return x > y }
	default:
		test = func(x, y T) bool { return x >= y }
	}
	ordered := op != "_==_" && op != "_!=_"
	return func(f Facts) (bool, bool) {
		x, okX := a(f)
		y, okY := b(f)
		if ordered && (x != x || y != y) { //nolint:gocritic // only NaN differs from itself, and it has no order
			return false, false
		}
		return test(x, y), okX && okY
	}
}

func (tr translator) integer(e ast.Expr) node[int64] {
	switch e.Kind() {
	case ast.LiteralKind:
		if v, ok := literal(e).(types.Int); ok {
			return always(int64(v))
		}
	case ast.IdentKind:
		if e.AsIdent() == varTotal { // the checker has joined teams and total
			return func(f Facts) (int64, bool) { return int64(f.TeamsTotal()), true }
		}
	case ast.SelectKind:
		return intFact(e.AsSelect())
	case ast.CallKind:
		if variable, key, ok := fact(e); ok {
			k, _ := literalString(key)
			return count(variable, k)
		}
		return arithmetic(tr, e.AsCall(), tr.integer, sumInt)
	}
	return nil
}

func intFact(s ast.SelectExpr) node[int64] {
	if variable, key, ok := fact(s.Operand()); ok && variable == varTask && s.FieldName() == "attempts" {
		k, _ := literalString(key)
		return func(f Facts) (int64, bool) { return f.Task(k).Attempts, true }
	}
	return nil
}

func count(variable, key string) node[int64] {
	switch variable {
	case varAnswered:
		return func(f Facts) (int64, bool) { return int64(f.TeamsAnswered(key)), true }
	case varSolved:
		return func(f Facts) (int64, bool) { return int64(f.TeamsSolved(key)), true }
	case varMade:
		return func(f Facts) (int64, bool) { return int64(f.TeamsMade(key)), true }
	}
	return nil
}

func (tr translator) double(e ast.Expr) node[float64] {
	switch e.Kind() {
	case ast.LiteralKind:
		if v, ok := literal(e).(types.Double); ok {
			return always(float64(v))
		}
	case ast.IdentKind:
		if e.AsIdent() == varScore {
			return func(f Facts) (float64, bool) { return f.Score(), true }
		}
	case ast.SelectKind:
		s := e.AsSelect()
		if variable, key, ok := fact(s.Operand()); ok && variable == varTask && s.FieldName() == "score" {
			k, _ := literalString(key)
			return func(f Facts) (float64, bool) { return f.Task(k).Score, true }
		}
	case ast.CallKind:
		return arithmetic(tr, e.AsCall(), tr.double, sumDouble)
	}
	return nil
}

// arithmetic translates + - unary - and ?: of one type of number.
func arithmetic[T int64 | float64](tr translator, c ast.CallExpr, sub func(ast.Expr) node[T], sum func(x, y T, minus bool) (T, bool)) node[T] {
	args := c.Args()
	var a, b node[T]
	switch c.FunctionName() {
	case "_?_:_":
		return choose(tr.boolean(args[0]), sub(args[1]), sub(args[2]))
	case "-_":
		return negative(sub(args[0]), sum)
	case "_+_", "_-_":
		a, b = sub(args[0]), sub(args[1])
	}
	if a == nil || b == nil {
		return nil
	}
	minus := c.FunctionName() == "_-_"
	return func(f Facts) (T, bool) {
		x, okX := a(f)
		y, okY := b(f)
		v, fits := sum(x, y, minus)
		return v, okX && okY && fits
	}
}

func negative[T int64 | float64](a node[T], sum func(x, y T, minus bool) (T, bool)) node[T] {
	if a == nil {
		return nil
	}
	return func(f Facts) (T, bool) {
		v, ok := a(f)
		n, fits := sum(0, v, true)
		return n, ok && fits
	}
}

// sumInt adds or subtracts; ok is false on overflow.
func sumInt(x, y int64, minus bool) (int64, bool) {
	if minus {
		return x - y, (y >= 0 || x <= math.MaxInt64+y) && (y <= 0 || x >= math.MinInt64+y)
	}
	return x + y, (y <= 0 || x <= math.MaxInt64-y) && (y >= 0 || x >= math.MinInt64-y)
}

func sumDouble(x, y float64, minus bool) (float64, bool) {
	if minus {
		return x - y, true
	}
	return x + y, true
}
