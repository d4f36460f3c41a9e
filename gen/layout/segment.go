package layout

import (
	"go/constant"

	"github.com/shmgen/shmgen/gen/schema"
	"github.com/shmgen/shmgen/runtime/descriptor"
)

// segment describes s and gives every field its place.
func (b *builder) segment(s *schema.Segment) *descriptor.Segment {
	d := &descriptor.Segment{Name: s.Name, Version: s.Version}
	b.limits(s.Span, "segment "+s.Name, "fields", len(s.Fields), descriptor.MaxFields)
	b.limits(s.Span, "segment "+s.Name, "versions", s.Version, descriptor.MaxVersion)
	b.usedTypes(s, d)
	b.limits(s.Span, "segment "+s.Name, "enums and records", len(d.Enums)+len(d.Records), descriptor.MaxTypes)

	index := make(map[*schema.Field]int, len(s.Fields))
	for i, f := range s.Fields {
		index[f] = i
		d.Fields = append(d.Fields, describe(f))
	}
	end, version := uint64(0), 0
	for _, f := range order(s) {
		place := &d.Fields[index[f]]
		if f.Type != nil {
			if _, _, ok := b.sizeAlign(f.Type); !ok {
				continue
			}
		}
		parts, ok := d.Inside(place)
		if !ok {
			b.reportInside(f, place)
			continue
		}
		align := parts.Align
		if option := f.Options["align"]; option != nil {
			if n, exact := constant.Uint64Val(option.Value); exact {
				align = max(align, n)
			}
		}
		if f.Since != version {
			version = f.Since
			align = max(align, descriptor.LineSize)
		}
		end = descriptor.RoundUp(end, align)
		if parts.Size > descriptor.MaxSize-descriptor.LineSize || end > descriptor.MaxSize-descriptor.LineSize-parts.Size {
			b.Errorf(f.Span, RuleSize, "use a smaller length, or a segment of its own",
				"with this field the segment %s is larger than %d bytes", s.Name, uint64(descriptor.MaxSize))
			return d
		}
		place.Offset, place.Size = end, parts.Size
		end += parts.Size
	}
	d.Size = descriptor.RoundUp(end, descriptor.LineSize)
	return d
}

// order returns the fields as they lie in memory: version by version, each lock followed by the fields it guards. A
// field whose lock is of another version stands in the block of its own.
func order(s *schema.Segment) []*schema.Field {
	fields := make([]*schema.Field, 0, len(s.Fields))
	for version := 1; version <= s.Version; version++ {
		for _, f := range s.Fields {
			if f.Since != version || f.Guard != nil && f.Guard.Since == version {
				continue
			}
			fields = append(fields, f)
			for _, guarded := range f.Guards {
				if guarded.Since == version {
					fields = append(fields, guarded)
				}
			}
		}
	}
	return fields
}

// describe returns f as a descriptor writes it, without its place.
func describe(f *schema.Field) descriptor.Field {
	d := descriptor.Field{Name: f.Name, Kind: descriptor.Kind(f.Kind), Mode: descriptor.Mode(f.Mode), Since: f.Since}
	if f.Kind != schema.Text && f.Type != nil {
		d.Type = Type(f.Type)
	}
	if f.Guard != nil {
		d.Mode = descriptor.Mode(f.Guard.Name)
	}
	if f.Length != nil {
		d.Length = f.Length.Value
	}
	if report := f.Options["report"]; report != nil && report.Value != nil {
		d.Report = constant.BoolVal(report.Value)
	}
	return d
}

// reportInside says why the segment format cannot hold f.
func (b *builder) reportInside(f *schema.Field, d *descriptor.Field) {
	smallest := *d
	if smallest.Length > 1 {
		smallest.Length = 1
	}
	if _, ok := b.types.Inside(&smallest); ok {
		b.Errorf(f.Span, RuleSize, "use a smaller length", "the field %s is larger than %d bytes", f.Name, uint64(descriptor.MaxSize))
		return
	}
	b.Errorf(f.KindSpan, RuleKind, "use another kind or lock", "the segment format has no place for %q", d.Words())
}

// usedTypes adds to d the enums and records that s uses, also within other records, in the order of the file.
func (b *builder) usedTypes(s *schema.Segment, d *descriptor.Segment) {
	used := map[string]bool{}
	var mark func(t *schema.Type)
	mark = func(t *schema.Type) {
		switch t = Base(t); {
		case t.Kind == schema.EnumType:
			used[t.Enum.Name] = true
		case t.Kind == schema.RecordType && !used[t.Record.Name]:
			used[t.Record.Name] = true
			for _, m := range t.Record.Members {
				if m.Type != nil {
					mark(m.Type)
				}
			}
		}
	}
	for _, f := range s.Fields {
		if f.Type != nil {
			mark(f.Type)
		}
	}
	for _, e := range b.types.Enums {
		if used[e.Name] {
			d.Enums = append(d.Enums, e)
		}
	}
	for _, r := range b.types.Records {
		if used[r.Name] {
			d.Records = append(d.Records, r)
		}
	}
}
