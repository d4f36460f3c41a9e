package descriptor

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Encode returns the text form of s; see the package documentation. It ends with a newline.
func (s *Segment) Encode() string {
	var b strings.Builder
	fmt.Fprintf(&b, "shmgen %d %s %d\n", Format, s.Name, s.Version)
	for _, e := range s.Enums {
		fmt.Fprintf(&b, "enum %s %s", e.Name, e.Base)
		for _, m := range e.Members {
			fmt.Fprintf(&b, " %s=%d", m.Name, m.Value)
		}
		b.WriteByte('\n')
	}
	for _, r := range s.Records {
		fmt.Fprintf(&b, "record %s %d", r.Name, r.Size)
		for _, m := range r.Members {
			fmt.Fprintf(&b, " %s:%s@%d", m.Name, m.Type, m.Offset)
		}
		b.WriteByte('\n')
	}
	for i := range s.Fields {
		f := &s.Fields[i]
		fmt.Fprintf(&b, "field %s %s @%d+%d\n", f.Name, f.Words(), f.Offset, f.Size)
	}
	fmt.Fprintf(&b, "data %d\n", s.Size)
	return b.String()
}

// Words says what the field is in the words of the text form, without its name and place: "Value int32 lock=mutex".
func (f *Field) Words() string {
	var b strings.Builder
	b.WriteString(string(f.Kind))
	if f.Type.Name != "" {
		b.WriteByte(' ')
		b.WriteString(f.Type.String())
	}
	if f.Length > 0 {
		fmt.Fprintf(&b, " length=%d", f.Length)
	}
	if f.Mode != "" {
		fmt.Fprintf(&b, " lock=%s", f.Mode)
	}
	if f.Report {
		b.WriteString(" report=true")
	}
	if f.Since > 1 {
		fmt.Fprintf(&b, " since=%d", f.Since)
	}
	return b.String()
}

// String writes the type as the schema language does, without spaces: "[3]string[32]".
func (t Type) String() string {
	var b strings.Builder
	for _, n := range t.Dims {
		fmt.Fprintf(&b, "[%d]", n)
	}
	b.WriteString(t.Name)
	if t.Max > 0 {
		fmt.Fprintf(&b, "[%d]", t.Max)
	}
	return b.String()
}

// ErrDescriptor is wrapped by all errors of [Parse].
var ErrDescriptor = errors.New("not a segment descriptor")

// Parse reads the text form and checks everything it says: that all types are known, that every part lies inside what
// contains it, and that sizes are those of the layout rules. What it returns can be used without further checks, and
// [Segment.Encode] writes it as the same text. Parse never panics and ends within a second, whatever the text is.
func Parse(text string) (*Segment, error) {
	if len(text) > MaxText {
		return nil, fmt.Errorf("%w: %d bytes are more than %d", ErrDescriptor, len(text), MaxText)
	}
	p := &parser{names: map[string]bool{}, sizes: map[string][2]uint64{}}
	whole, number := text, 0
	for text != "" {
		line, rest, found := strings.Cut(text, "\n")
		number++
		if !found {
			return nil, fmt.Errorf("%w: line %d has no end", ErrDescriptor, number)
		}
		if err := p.line(number, strings.Split(line, " ")); err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrDescriptor, number, err)
		}
		text = rest
	}
	if !p.complete {
		return nil, fmt.Errorf("%w: the line \"data\" is missing", ErrDescriptor)
	}
	// There is one way to write a descriptor. Everything that would be another way is refused here: options that are
	// there twice or in another order, numbers with a sign or leading zeroes, fields before types.
	if line := firstDifference(p.segment.Encode(), whole); line > 0 {
		return nil, fmt.Errorf("%w: line %d: it is not written as Encode writes it", ErrDescriptor, line)
	}
	return &p.segment, nil
}

// firstDifference returns the number of the first line in which a and b differ, from 1; 0 if they are equal.
func firstDifference(a, b string) int {
	if a == b {
		return 0
	}
	line := 1
	for i := 0; i < min(len(a), len(b)) && a[i] == b[i]; i++ {
		if a[i] == '\n' {
			line++
		}
	}
	return line
}

// parser collects a segment line by line.
type parser struct {
	segment  Segment
	names    map[string]bool      // of types and fields, prefixed with what they are
	sizes    map[string][2]uint64 // size and alignment of the enums and records so far
	complete bool                 // "data" has been read
}

// named is what Segment.named is, without a search: a text may have a member for every eight of its bytes.
func (p *parser) named(name string) (size, align uint64) {
	found := p.sizes[name]
	return found[0], found[1]
}

func (p *parser) line(number int, words []string) error {
	if p.complete {
		return errors.New("there is text after \"data\"")
	}
	if (number == 1) != (words[0] == "shmgen") {
		return errors.New("the first line, and only that, begins with \"shmgen\"")
	}
	switch words[0] {
	case "shmgen":
		return p.head(words)
	case "enum":
		return p.enum(words)
	case "record":
		return p.record(words)
	case "field":
		return p.field(words)
	case "data":
		return p.data(words)
	}
	return fmt.Errorf("unknown word %q", clip(words[0]))
}

func (p *parser) head(words []string) error {
	if len(words) != 4 || words[1] != strconv.Itoa(Format) {
		return fmt.Errorf("want \"shmgen %d NAME VERSION\"", Format)
	}
	version, err := number(words[3], MaxVersion)
	if err != nil {
		return err
	}
	if version == 0 {
		return errors.New("versions begin with 1")
	}
	p.segment.Version = int(version)
	p.segment.Name, err = p.name("segment", words[2])
	return err
}

func (p *parser) enum(words []string) (err error) {
	if len(words) < 3 || len(words)-3 > MaxMembers || len(p.names) > MaxTypes {
		return errors.New("want \"enum NAME BASE MEMBER=VALUE ...\"")
	}
	e := Enum{Base: words[2]}
	if e.Name, err = p.name("type", words[1]); err != nil {
		return err
	}
	if !strings.HasPrefix(strings.TrimPrefix(e.Base, "u"), "int") || !IsBasic(e.Base) {
		return fmt.Errorf("%q is no integer type", clip(e.Base))
	}
	members := make(map[string]bool, len(words)-3)
	for _, w := range words[3:] {
		name, value, _ := strings.Cut(w, "=")
		v, err := strconv.ParseInt(value, 10, 64)
		if err != nil || !isName(name) {
			return fmt.Errorf("%q is no MEMBER=VALUE", clip(w))
		}
		if !fits(v, e.Base) {
			return fmt.Errorf("member %s: %d is no %s", name, v, e.Base)
		}
		if members[name] {
			return fmt.Errorf("member %s is there twice", name)
		}
		members[name] = true
		e.Members = append(e.Members, EnumMember{Name: name, Value: v})
	}
	p.segment.Enums = append(p.segment.Enums, e)
	p.sizes[e.Name] = [2]uint64{basic[e.Base], basic[e.Base]}
	return nil
}

func (p *parser) record(words []string) (err error) {
	if len(words) < 4 || len(words)-3 > MaxMembers || len(p.names) > MaxTypes {
		return errors.New("want \"record NAME SIZE MEMBER:TYPE@OFFSET ...\"")
	}
	var r Record
	if r.Size, err = number(words[2], MaxSize); err != nil {
		return err
	}
	if r.Size == 0 || r.Size%8 != 0 {
		return fmt.Errorf("the size %d is no multiple of 8", r.Size)
	}
	end := uint64(0)
	members := make(map[string]bool, len(words)-3)
	for _, w := range words[3:] {
		name, rest, _ := strings.Cut(w, ":")
		typ, offset, found := strings.Cut(rest, "@")
		if !found || !isName(name) {
			return fmt.Errorf("%q is no MEMBER:TYPE@OFFSET", clip(w))
		}
		m := Member{Name: name}
		if m.Type, err = ParseType(typ); err != nil {
			return err
		}
		if m.Offset, err = number(offset, MaxSize); err != nil {
			return err
		}
		size, align, ok := sizeAlign(m.Type, p.named)
		if !ok {
			return fmt.Errorf("member %s: unknown type %q", name, clip(typ))
		}
		if m.Offset < end || m.Offset%align != 0 || size > r.Size || m.Offset > r.Size-size {
			return fmt.Errorf("member %s: offset %d does not fit", name, m.Offset)
		}
		if members[name] {
			return fmt.Errorf("member %s is there twice", name)
		}
		members[name] = true
		end = m.Offset + size
		r.Members = append(r.Members, m)
	}
	if r.Name, err = p.name("type", words[1]); err != nil {
		return err
	}
	p.segment.Records = append(p.segment.Records, r)
	p.sizes[r.Name] = [2]uint64{r.Size, recordAlign}
	return nil
}

func (p *parser) field(words []string) (err error) {
	if len(words) < 4 || len(p.segment.Fields) >= MaxFields {
		return errors.New("want \"field NAME KIND ... @OFFSET+SIZE\"")
	}
	f := Field{Kind: Kind(words[2]), Since: 1}
	if f.Name, err = p.name("field", words[1]); err != nil {
		return err
	}
	for i, w := range words[3 : len(words)-1] {
		if err := f.option(i, w); err != nil {
			return fmt.Errorf("field %s: %w", f.Name, err)
		}
	}
	at, size, found := strings.Cut(strings.TrimPrefix(words[len(words)-1], "@"), "+")
	if !found || words[len(words)-1][0] != '@' {
		return fmt.Errorf("field %s: the place is missing", f.Name)
	}
	if f.Offset, err = number(at, MaxSize); err != nil {
		return err
	}
	if f.Size, err = number(size, MaxSize); err != nil {
		return err
	}
	parts, ok := p.segment.Inside(&f)
	if !ok || f.Report && f.Kind != Lock {
		return fmt.Errorf("field %s: %q is nothing this format knows", f.Name, clip(f.Words()))
	}
	if f.Size != parts.Size || f.Offset%parts.Align != 0 {
		return fmt.Errorf("field %s: its place @%d+%d is not where the layout rules put it", f.Name, f.Offset, f.Size)
	}
	if f.Since > p.segment.Version {
		return fmt.Errorf("field %s: since=%d in version %d", f.Name, f.Since, p.segment.Version)
	}
	p.segment.Fields = append(p.segment.Fields, f)
	return nil
}

// option reads one word between the kind and the place of a field.
func (f *Field) option(i int, word string) (err error) {
	key, value, found := strings.Cut(word, "=")
	switch {
	case !found && i == 0:
		f.Type, err = ParseType(word)
		return err
	case key == "length":
		f.Length, err = number(value, MaxSize)
		return err
	case key == "lock" && isName(value):
		f.Mode = Mode(value)
		return nil
	case word == "report=true":
		f.Report = true
		return nil
	case key == "since":
		n, err := number(value, MaxVersion)
		if n == 0 {
			return errors.New("versions begin with 1")
		}
		f.Since = int(n)
		return err
	}
	return fmt.Errorf("unknown word %q", clip(word))
}

// data ends a descriptor: with all fields known, they must not overlap, and guards must be locks.
func (p *parser) data(words []string) (err error) {
	if len(words) != 2 {
		return errors.New("want \"data SIZE\"")
	}
	s := &p.segment
	if s.Size, err = number(words[1], MaxSize); err != nil {
		return err
	}
	version := 1
	for i := range s.Fields {
		f := &s.Fields[i]
		if f.Size > s.Size || f.Offset > s.Size-f.Size {
			return fmt.Errorf("field %s lies outside the data", f.Name)
		}
		version = max(version, f.Since)
	}
	if version != s.Version {
		return fmt.Errorf("the version is %d, but the newest field is of version %d", s.Version, version)
	}
	if err := s.disjoint(); err != nil {
		return err
	}
	kinds := make(map[string]Kind, len(s.Fields))
	for i := range s.Fields {
		kinds[s.Fields[i].Name] = s.Fields[i].Kind
	}
	for i := range s.Fields {
		f := &s.Fields[i]
		if f.Mode.Guarded() && kinds[string(f.Mode)] != Lock {
			return fmt.Errorf("field %s: there is no lock %s", f.Name, f.Mode)
		}
	}
	p.complete = true
	return nil
}

// name checks a name and that what it names was not named before.
func (p *parser) name(what, name string) (string, error) {
	if !isName(name) {
		return "", fmt.Errorf("%q is no name", clip(name))
	}
	if what == "type" && (IsBasic(name) || name == "string" || name == "bytes") || what == "field" && !Mode(name).Guarded() {
		return "", fmt.Errorf("%s %s has the name of something else", what, name)
	}
	if p.names[what+" "+name] {
		return "", fmt.Errorf("%s %s is there twice", what, name)
	}
	p.names[what+" "+name] = true
	return name, nil
}
