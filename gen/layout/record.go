package layout

import (
	"github.com/shmgen/shmgen/gen/diag"
	"github.com/shmgen/shmgen/gen/schema"
	"github.com/shmgen/shmgen/runtime/descriptor"
)

// A Record is the layout of one record: its slots cover all its bytes, in order and without a gap.
type Record struct {
	Schema *schema.Record
	Size   uint64 // bytes, a multiple of 8
	Slots  []Slot
}

// A Slot is a member of a record, or bytes between members.
type Slot struct {
	Member *schema.Member // nil for padding; Member.Reserved says whether it is a reserved gap
	Offset uint64         // bytes from the start of the record
	Size   uint64         // bytes
	Wide   bool           // holds 64-bit numbers, which must lie at multiples of 8
}

// Padding reports whether the slot is no member: filler, or bytes that the schema reserves.
func (s Slot) Padding() bool { return s.Member == nil || s.Member.Type == nil }

// nesting says how much a record consists of.
type nesting struct {
	members int // its own and those of the records within it
	depth   int // 1 if there is no record within it
}

// The bounds of a [nesting]. go/types, and so vet and every editor, follows all records within a record for each size that
// it computes: a record with two of another, which has two of a third, and so on for thirty more, would stop them.
const (
	maxNestedMembers = 1 << 16
	maxDepth         = 100
)

// record lays r out and adds it to the types of the file. The records it contains must be there already.
func (b *builder) record(r *schema.Record) {
	laid := &Record{Schema: r}
	described := descriptor.Record{Name: r.Name}
	end, whole := uint64(0), nesting{depth: 1}
	add := func(m *schema.Member, size, align uint64, wide bool) bool {
		if gap := descriptor.RoundUp(end, align) - end; gap > 0 {
			laid.Slots = append(laid.Slots, Slot{Offset: end, Size: gap})
			end += gap
		}
		if size > descriptor.MaxSize-end {
			return false
		}
		laid.Slots = append(laid.Slots, Slot{Member: m, Offset: end, Size: size, Wide: wide})
		end += size
		return true
	}
	for _, m := range r.Members {
		size, align, wide := m.Reserved, uint64(1), false
		if m.Type != nil {
			var ok bool
			if size, align, ok = b.sizeAlign(m.Type); !ok {
				b.broken[r] = true
				continue
			}
			wide = align == 8 && Base(m.Type).Kind != schema.RecordType
		}
		if !add(m, size, align, wide) {
			b.Errorf(m.Span, RuleSize, "make its arrays shorter; an Array field holds many elements without a record",
				"with this member the record %s is larger than %d bytes", r.Name, uint64(descriptor.MaxSize))
			b.broken[r] = true
			return
		}
		whole.members++
		if m.Type != nil {
			if base := Base(m.Type); base.Kind == schema.RecordType {
				inner := b.nested[base.Record]
				whole.members += inner.members
				whole.depth = max(whole.depth, inner.depth+1)
			}
			offset := laid.Slots[len(laid.Slots)-1].Offset
			described.Members = append(described.Members, descriptor.Member{Name: m.Name, Type: Type(m.Type), Offset: offset})
		}
	}
	if b.broken[r] {
		return // it has been reported where the member's type is
	}
	if len(described.Members) == 0 || b.limits(r.Span, "record "+r.Name, "members", len(described.Members), descriptor.MaxMembers) {
		if len(described.Members) == 0 {
			b.Errorf(r.Span, RuleSize, "give it at least one member", "the record %s has no members that can be laid out", r.Name)
		}
		b.broken[r] = true
		return
	}
	if whole.members > maxNestedMembers {
		b.Errorf(r.Span, RuleSize, "put the records that it repeats into an array",
			"the record %s has %d members, with those of the records within it; at most %d are possible", r.Name, whole.members, maxNestedMembers)
		b.broken[r] = true
		return
	}
	if whole.depth > maxDepth {
		b.Errorf(r.Span, RuleSize, "put the members of inner records into outer ones", "records are nested more than %d deep, the outermost is %s", maxDepth, r.Name)
		b.broken[r] = true
		return
	}
	b.nested[r] = whole
	if gap := descriptor.RoundUp(end, 8) - end; gap > 0 {
		laid.Slots = append(laid.Slots, Slot{Offset: end, Size: gap})
		end += gap
	}
	laid.Size, described.Size = end, end
	b.file.Records = append(b.file.Records, laid)
	b.types.Records = append(b.types.Records, described)
}

// sizeAlign looks the size of t up and reports what has none.
func (b *builder) sizeAlign(t *schema.Type) (size, align uint64, ok bool) {
	d := Type(t)
	if base := Base(t); base.Kind == schema.RecordType && b.broken[base.Record] {
		return 0, 0, false // reported where the record is declared
	}
	if len(d.Dims) > descriptor.MaxDims {
		b.Errorf(t.Span, RuleSize, "put the inner arrays into a record", "a type has at most %d array dimensions", descriptor.MaxDims)
		return 0, 0, false
	}
	if size, align, ok = b.types.SizeAlign(d); !ok {
		b.Errorf(t.Span, RuleSize, "use shorter arrays", "the type %s is larger than %d bytes", d, uint64(descriptor.MaxSize))
	}
	return size, align, ok
}

// limits reports whether count exceeds what the segment format allows, and says so at span.
func (b *builder) limits(span diag.Span, what, of string, count, limit int) bool {
	if count <= limit {
		return false
	}
	b.Errorf(span, RuleSize, "split it", "%s has %d %s; the segment format allows %d", what, count, of, limit)
	return true
}
