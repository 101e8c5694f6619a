package scenario

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/ext"
)

// Variables of the CEL environment. `task("T1")` is a macro for
// `@task["T1"]`, so that every key is known when the condition is compiled.
// Names with @ cannot be written in a condition.
const (
	varTask      = "@task"
	varInject    = "@inject"
	varFlow      = "@flow"
	varAnswered  = "@answered"
	varSolved    = "@solved"
	varMade      = "@made"
	varBranch    = "@branch"
	varTotal     = "teams.total"
	varScore     = "score"
	notLiteral   = "key must be a plain string"
	nestingLimit = 60
)

// celEnv returns the environment of all conditions, built once.
var celEnv = sync.OnceValues(newCELEnv)

func newCELEnv() (*cel.Env, error) {
	named := func(t reflect.Type) *cel.Type {
		return cel.MapType(cel.StringType, cel.ObjectType("scenario."+t.Name()))
	}
	counts := cel.MapType(cel.StringType, cel.IntType)
	task, inject, flow := reflect.TypeFor[TaskFacts](), reflect.TypeFor[InjectFacts](), reflect.TypeFor[FlowFacts]()
	env, err := cel.NewEnv(
		ext.NativeTypes(task, inject, flow, ext.ParseStructTags(true)),
		cel.Variable(varTask, named(task)),
		cel.Variable(varInject, named(inject)),
		cel.Variable(varFlow, named(flow)),
		cel.Variable(varAnswered, counts),
		cel.Variable(varSolved, counts),
		cel.Variable(varMade, counts),
		cel.Variable(varBranch, cel.MapType(cel.StringType, cel.BoolType)),
		cel.Variable(varTotal, cel.IntType),
		cel.Variable(varScore, cel.DoubleType),
		cel.ClearMacros(),
		cel.Macros(
			factMacro("task", varTask), factMacro("inject", varInject), factMacro("flow", varFlow), factMacro("branch", varBranch),
			teamsMacro("answered", varAnswered), teamsMacro("solved", varSolved), teamsMacro("made", varMade),
		),
		cel.ParserRecursionLimit(nestingLimit),
		cel.ParserErrorRecoveryLimit(10),
		cel.ParserExpressionSizeLimit(maxCondition),
	)
	if err != nil {
		return nil, fmt.Errorf("build CEL environment: %w", err)
	}
	return env, nil
}

func factMacro(name, variable string) cel.Macro {
	return cel.GlobalMacro(name, 1, func(eh cel.MacroExprFactory, _ ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
		return lookup(eh, variable, args[0])
	})
}

func teamsMacro(name, variable string) cel.Macro {
	return cel.ReceiverMacro(name, 1, func(eh cel.MacroExprFactory, target ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
		if target.Kind() != ast.IdentKind || target.AsIdent() != "teams" {
			return nil, nil // not the macro: the checker will say so
		}
		return lookup(eh, variable, args[0])
	})
}

func lookup(eh cel.MacroExprFactory, variable string, key ast.Expr) (ast.Expr, *common.Error) {
	if _, ok := literalString(key); !ok {
		return nil, eh.NewError(key.ID(), notLiteral)
	}
	return eh.NewCall("_[_]", eh.NewIdent(variable), key), nil
}

func literalString(e ast.Expr) (string, bool) {
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	s, ok := e.AsLiteral().(types.String)
	return string(s), ok
}

// compileCEL parses, checks and translates a condition.
func compileCEL(src string) (*Condition, []finding) {
	env, err := celEnv()
	if err != nil {
		return nil, []finding{{0, codeConditionCheck, map[string]any{"Cause": err.Error()}}}
	}
	parsed, iss := env.Parse(src)
	if iss.Err() != nil {
		return nil, celFindings(src, iss, codeConditionSyntax)
	}
	c := &Condition{Source: src}
	w := walker{src: src, info: parsed.NativeRep().SourceInfo(), cond: c}
	w.walk(parsed.NativeRep().Expr())
	if len(w.found) > 0 {
		return nil, w.found
	}
	checked, iss := env.Check(parsed)
	if iss.Err() != nil {
		return nil, celFindings(src, iss, codeConditionCheck)
	}
	if t := checked.OutputType(); !t.IsExactType(cel.BoolType) {
		return nil, []finding{{0, codeConditionType, map[string]any{"Got": t.String()}}}
	}
	if err := c.build(env, checked); err != nil {
		return nil, []finding{{0, codeConditionCheck, map[string]any{"Cause": err.Error()}}}
	}
	c.list()
	return c, nil
}

func celFindings(src string, iss *cel.Issues, code string) (all []finding) {
	for _, e := range iss.Errors() {
		cause, _, _ := strings.Cut(strings.TrimPrefix(e.Message, "Syntax error: "), " expecting {")
		f := finding{0, code, map[string]any{"Cause": cause}}
		if e.Message == notLiteral {
			f.code, f.args = codeConditionKey, nil
		}
		if e.Location.Line() > 0 {
			f.offset = offsetOf(src, e.Location.Line(), e.Location.Column())
		}
		all = append(all, f)
	}
	return all
}

// list fills in what the condition names.
func (c *Condition) list() {
	for _, n := range c.names {
		switch n.kind {
		case varTask:
			c.Tasks = append(c.Tasks, n.key)
		case varInject:
			c.Injects = append(c.Injects, n.key)
		case varFlow:
			c.Flows = append(c.Flows, n.key)
		case varAnswered, varSolved:
			c.TeamTasks = append(c.TeamTasks, n.key)
		case varMade:
			c.TeamFlows = append(c.TeamFlows, n.key)
		case varBranch:
			c.Branches = append(c.Branches, n.key)
		}
	}
	for _, keys := range []*[]string{&c.Tasks, &c.Injects, &c.Flows, &c.TeamTasks, &c.TeamFlows, &c.Branches} {
		slices.Sort(*keys)
		*keys = slices.Compact(*keys)
	}
}

// build chooses how the condition is evaluated: by closures where they cover
// it, else by the CEL interpreter.
func (c *Condition) build(env *cel.Env, checked *cel.Ast) error {
	tr := translator{ast: checked.NativeRep()}
	if eval := tr.boolean(checked.NativeRep().Expr()); eval != nil {
		c.eval = eval
		return nil
	}
	eval, err := c.interpreted(env, checked)
	c.eval = eval
	return err
}

// interpreted evaluates by the CEL interpreter.
func (c *Condition) interpreted(env *cel.Env, checked *cel.Ast) (node[bool], error) {
	prg, err := env.Program(checked, cel.CostLimit(maxConditionCost))
	if err != nil {
		return nil, errors.Join(errors.New("build CEL program"), err)
	}
	names := c.names
	return func(f Facts) (bool, bool) {
		out, _, err := prg.Eval(activation(names, f))
		if err != nil {
			return false, false
		}
		v, ok := out.Value().(bool)
		return v, ok
	}, nil
}

// activation asks the facts for all that a condition names.
func activation(names []conditionName, f Facts) map[string]any {
	tasks, injects, flows := map[string]TaskFacts{}, map[string]InjectFacts{}, map[string]FlowFacts{}
	answered, solved, made := map[string]int64{}, map[string]int64{}, map[string]int64{}
	branches := map[string]bool{}
	for _, n := range names {
		switch n.kind {
		case varTask:
			tasks[n.key] = f.Task(n.key)
		case varInject:
			injects[n.key] = f.Inject(n.key)
		case varFlow:
			flows[n.key] = f.Flow(n.key)
		case varAnswered:
			answered[n.key] = int64(f.TeamsAnswered(n.key))
		case varSolved:
			solved[n.key] = int64(f.TeamsSolved(n.key))
		case varMade:
			made[n.key] = int64(f.TeamsMade(n.key))
		case varBranch:
			branches[n.key] = f.Branch(n.key)
		}
	}
	return map[string]any{
		varTask: tasks, varInject: injects, varFlow: flows, varAnswered: answered, varSolved: solved, varMade: made,
		varTotal: int64(f.TeamsTotal()), varBranch: branches, varScore: f.Score(),
	}
}
