package schema

import (
	"go/constant"
	"math/bits"
	"slices"
	"strings"

	"github.com/shmgen/shmgen/gen/syntax"
)

// field resolves a field but for the locks it names.
func (r *resolver) field(s *segmentSymbol, tree *syntax.Field) *fieldSymbol {
	f := &fieldSymbol{tree: tree, model: &Field{Name: tree.Name.Text, Doc: docOf(tree.Docs), Span: tree.Name.Span(), Since: 1, Options: map[string]*Option{}}}
	f.model.GoName = r.memberName(tree.Name, tree.As, "field", true)
	if tree.Kind == nil {
		return f
	}
	f.model.KindSpan = tree.Kind.Span()
	if tree.Broken {
		r.Errorf(f.model.KindSpan, RuleKindUnknown, r.hintForKind(tree.Kind.Text), "unknown kind %s", clip(tree.Kind.Text))
		return f
	}
	f.model.Kind = kindOf(tree.Kind.Text)
	n := &names{params: s.params, sizes: true, what: "the number of fields"}
	if tree.Count != nil {
		f.model.Count = r.size(tree.Count, n, 1, maxElements)
	}
	r.options(f, n)
	r.arguments(f, n)
	r.finishArray(f.model)
	r.total(f)
	return f
}

// hintForKind says which kind may be meant.
func (r *resolver) hintForKind(name string) string {
	switch strings.ToLower(name) {
	case "mutex":
		return "a lock is declared as Lock()"
	case "rwmutex":
		return "a lock for many readers is declared as RWLock()"
	case "atomic", "snapshot":
		return "write Value(…, lock=" + strings.ToLower(name) + ")"
	case "text", "string":
		return "write Array('c', n), or Value(string[n])"
	case "chan", "channel", "ring":
		return "write Queue(…, n)"
	}
	return r.didYouMean(name, slices.Values(syntax.Kinds()), "one of "+strings.Join(syntax.Kinds(), " "))
}

// kindOf returns the kind of the model: raw kinds are Value and Array.
func kindOf(name string) Kind {
	switch name {
	case "RawValue":
		return Value
	case "RawArray":
		return Array
	}
	return Kind(name)
}

// arguments resolves the type and the arguments of a field.
func (r *resolver) arguments(f *fieldSymbol, n *names) {
	tree, model := f.tree, f.model
	if tree.Type != nil {
		model.Type = r.typeOf(tree.Type, n, model.Kind == Pipe)
	}
	first := func(least, most int, hint string) syntax.Expression {
		if count := len(tree.Arguments); count < least || count > most {
			r.argumentCount(f, most, hint)
			return nil
		}
		if len(tree.Arguments) == 0 {
			return nil
		}
		return tree.Arguments[0]
	}
	kind := tree.Kind.Text
	switch model.Kind {
	case Value:
		if x := first(0, 1, kind+"(type, initial)"); x != nil {
			model.Init = r.initial(model.Type, x, &names{params: n.params, what: "an initial value"})
		}
	case Array:
		if x := first(1, 1, "the argument behind the type is a length or the initial elements: "+kind+"(int32, 10), "+kind+"(int32, [1, 2])"); x != nil {
			r.arrayArgument(model, x, n)
		}
	case Queue, JoinableQueue, Pipe, Broadcast:
		if x := first(1, 1, "say how many items it holds: "+kind+"(type, 64)"); x != nil {
			model.Length = r.size(x, &names{params: n.params, sizes: true, what: "the length of a " + kind}, 1, maxElements)
		}
	case Semaphore:
		if x := first(1, 1, "say how many permits there are: Semaphore(0)"); x != nil {
			model.Number = r.size(x, &names{params: n.params, sizes: true, what: "the count of a Semaphore"}, 0, maxCount)
		}
	case BoundedSemaphore:
		if x := first(1, 1, "say how many permits there are: BoundedSemaphore(2)"); x != nil {
			model.Number = r.size(x, &names{params: n.params, sizes: true, what: "the count of a BoundedSemaphore"}, 1, maxCount)
		}
	case Barrier:
		if x := first(1, 1, "say how many wait for each other: Barrier(4)"); x != nil {
			model.Number = r.size(x, &names{params: n.params, sizes: true, what: "the number of parties of a Barrier"}, 1, maxCount)
		}
	case Condition:
		if x := first(0, 1, "Condition() or Condition(lock)"); x != nil {
			r.conditionArgument(f, x)
		}
	default:
		first(0, 0, "write "+kind+"()")
	}
}

// argumentCount reports a wrong number of arguments: at the first one too many, or at the kind.
func (r *resolver) argumentCount(f *fieldSymbol, most int, hint string) {
	if len(f.tree.Arguments) > most {
		r.Errorf(f.tree.Arguments[most].Span(), RuleKindArguments, hint, "too many arguments for %s", f.tree.Kind.Text)
		return
	}
	r.Errorf(f.model.KindSpan, RuleKindArguments, hint, "too few arguments for %s", f.tree.Kind.Text)
}

// arrayArgument resolves what stands behind the type of an Array: its length or its elements.
func (r *resolver) arrayArgument(f *Field, x syntax.Expression, n *names) {
	if l, ok := x.(*syntax.List); ok {
		if len(l.Elements) == 0 {
			r.Errorf(l.Span(), RuleSizeRange, "write a length for an array of zeroes", "an array of length 0")
			return
		}
		length := uint64(len(l.Elements))
		f.Length = &Size{Span: l.Span(), Value: length}
		if f.Type != nil {
			whole := &Type{Kind: ArrayType, Elem: f.Type, Len: length, Span: f.Type.Span}
			f.Init = r.initialList(whole, l, &names{params: n.params, what: "an initial value"})
		}
		return
	}
	if _, ok := x.(*syntax.Composite); ok {
		r.Errorf(x.Span(), RuleInitType, "write a list of them: [{…}, {…}]", "the argument behind the type is a length or a list, not a record")
		return
	}
	const what = "the length of an array"
	o := r.evaluate(x, &names{params: n.params, sizes: true, what: what})
	if !o.known() || o.value.Kind() != constant.String {
		f.Length = r.sizeOf(x, o, what, 1, maxElements)
		return
	}
	if f.Type == nil {
		return
	}
	if !isByte(f.Type) {
		r.Errorf(x.Span(), RuleInitType, "write a length or a list, or use Array('c', …) for text", "a string for an array of %s", typeName(f.Type))
		return
	}
	text := constant.StringVal(o.value)
	if text == "" {
		r.Errorf(x.Span(), RuleSizeRange, "write a length for an empty text: Array('c', 32)", "an array of length 0")
		return
	}
	f.Length = &Size{Span: x.Span(), Value: uint64(len(text))}
	f.Init = &Init{Kind: ScalarInit, Type: f.Type, Span: x.Span(), Value: o.value}
}

// finishArray makes a Text of an array of bytes that has a lock of its own, and gives the initial value the form that
// the model has for the kind: a string for a Text, a list for an Array.
func (r *resolver) finishArray(f *Field) {
	if f.Kind != Array || !isByte(f.Type) {
		return
	}
	if f.Mode == Mutex || f.Mode == Snapshot {
		f.Kind = Text
	}
	switch {
	case f.Init == nil:
	case f.Kind == Text && f.Init.Kind == ListInit:
		text := make([]byte, len(f.Init.List))
		for i, e := range f.Init.List {
			n, _ := constant.Uint64Val(e.Value)
			text[i] = byte(n)
		}
		f.Init = &Init{Kind: ScalarInit, Type: f.Type, Span: f.Init.Span, Value: constant.MakeString(string(text))}
	case f.Kind == Array && f.Init.Kind == ScalarInit:
		text := constant.StringVal(f.Init.Value)
		whole := &Type{Kind: ArrayType, Elem: f.Type, Len: uint64(len(text)), Span: f.Type.Span}
		elements := &Init{Kind: ListInit, Type: whole, Span: f.Init.Span}
		for i := range len(text) {
			elements.List = append(elements.List, &Init{Kind: ScalarInit, Type: f.Type, Span: f.Init.Span, Value: constant.MakeInt64(int64(text[i]))})
		}
		f.Init = elements
	}
}

func isByte(t *Type) bool { return t != nil && t.Kind == BasicType && t.Basic == "byte" }

// total checks the number of elements of everything that the field consists of.
func (r *resolver) total(f *fieldSymbol) {
	total := uint64(1)
	factors := []uint64{1, 1, 1}
	if f.model.Type != nil {
		factors[0] = elements(f.model.Type)
	}
	if f.model.Length != nil {
		factors[1] = f.model.Length.Value
	}
	if f.model.Count != nil {
		factors[2] = f.model.Count.Value
	}
	for _, factor := range factors {
		high, product := bits.Mul64(total, factor)
		if high != 0 || product > maxElements {
			r.Errorf(f.model.Span, RuleSizeRange, "use smaller lengths", "the field %s has more than %d elements in all", f.model.Name, uint64(maxElements))
			return
		}
		total = product
	}
}
