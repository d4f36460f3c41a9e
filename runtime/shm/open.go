package shm

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/shmgen/shmgen/runtime/descriptor"
	"github.com/shmgen/shmgen/runtime/internal/format"
	"github.com/shmgen/shmgen/runtime/internal/liveness"
	"github.com/shmgen/shmgen/runtime/internal/mapping"
)

// errReplaced says that the name meant another segment when we had attached than when we opened it.
var errReplaced = errors.New("the name was unlinked and made anew")

// open attaches to the file at path.
func (a *attachment) open(name, path string) (*Segment, error) {
	file, err := mapping.Open(path)
	if err != nil {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("shm: opening segment %q: %w; create it first, or use OpenOrCreate", name, err)
		case isLink(err):
			return nil, fmt.Errorf("shm: opening segment %q: %w; name the file itself, symbolic links are not followed", name, err)
		}
		return nil, fmt.Errorf("shm: opening segment %q: %w", name, err)
	}
	s, err := a.join(name, path, file)
	if err != nil {
		file.Close()
	}
	return s, err
}

// join attaches to an open file. Nothing that the file says is believed before it was checked.
func (a *attachment) join(name, path string, file *os.File) (_ *Segment, err error) {
	s := &Segment{name: name, path: path, label: label(name, path)}
	complete := false
	defer func() {
		if complete {
			return
		}
		s.abort() // also if bind panics
		if err != nil {
			err = fmt.Errorf("shm: attaching to segment %s: %w", s.label, err)
		}
	}()
	text, err := s.examine(file, a.options)
	if err != nil {
		return nil, err
	}
	if err := s.compare(a.layout, text); err != nil {
		return nil, err
	}
	if s.memory, err = mapping.Map(file, s.header.Total); err != nil {
		return nil, err
	}
	s.file = file
	err = s.join()
	switch {
	case errors.Is(err, liveness.ErrFull):
		return nil, fmt.Errorf("%w (%d); create it with a larger WithMaxProcesses", ErrTooManyProcesses, s.header.Slots)
	case errors.Is(err, liveness.ErrGone):
		return nil, s.unnamed(err)
	case err != nil:
		return nil, err
	}
	// The name may have been unlinked, by the last process of a temporary segment or by anyone, before our slot told
	// others that we are here.
	if path != "" {
		if st, err := mapping.StatPath(path); err != nil || st.Identity != s.identity {
			return nil, errReplaced
		}
	}
	a.bind(s)
	complete = true
	return s, nil
}

// unnamed is the error for a segment whose last process has left while we attached: by name, look again; an inherited
// one is lost. The last process takes the name away before it says that it has left, so a segment that says so and still
// has its name is damaged, or was renamed or linked by hand.
func (s *Segment) unnamed(err error) error {
	if s.path == "" {
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	if st, statErr := mapping.StatPath(s.path); statErr != nil || st.Identity != s.identity {
		return errReplaced
	}
	return fmt.Errorf("%w: it is not marked as ready, but it has its name; remove the file", ErrCorrupt)
}

// examine checks what kind of file it is, and its header. It returns the text of the descriptor.
func (s *Segment) examine(file *os.File, o options) (string, error) {
	st, err := mapping.Stat(file)
	if err != nil {
		return "", err
	}
	s.identity = st.Identity
	if !st.Regular {
		return "", fmt.Errorf("%w: it is no regular file", ErrNotSegment)
	}
	page := make([]byte, format.HeaderSize)
	n, err := file.ReadAt(page, 0)
	if err != nil && err != io.EOF {
		return "", err
	}
	// The kind of file comes before its owner: who names the wrong file is told so.
	if s.header, err = format.Decode(page[:n], st.Size); err != nil {
		return "", formatError(err)
	}
	if owner := int(st.Owner); owner != 0 && owner != os.Geteuid() && !slices.Contains(o.owners, owner) {
		return "", fmt.Errorf("%w: it belongs to user %d, not to user %d or root; trust that user with WithOwner(%d)",
			fs.ErrPermission, owner, os.Geteuid(), owner)
	}
	text := make([]byte, s.header.Descriptor.Size)
	if _, err := file.ReadAt(text, int64(s.header.Descriptor.Offset)); err != nil {
		return "", fmt.Errorf("%w: reading the descriptor: %w", ErrCorrupt, err)
	}
	return string(text), nil
}

// formatError lets a segment of another format or byte order count as no segment for errors.Is: nothing in it can be
// used by this program.
func formatError(err error) error {
	if errors.Is(err, format.ErrFormat) {
		return fmt.Errorf("%w: %w", ErrNotSegment, err)
	}
	return err
}

// compare checks the segment's own descriptor, and then what it says against this program's.
func (s *Segment) compare(d *descriptor.Segment, text string) error {
	layout, err := descriptor.Parse(text)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if !slices.Equal(layout.Chain(), s.header.Chain) || layout.Version != s.header.Version ||
		layout.Size != s.header.Data.Size || uint64(layout.Locks())*format.StatisticsSize != s.header.Statistics.Size {
		return fmt.Errorf("%w: its header does not belong to its descriptor", ErrCorrupt)
	}
	s.layout = layout
	chain := d.Chain()
	if layout.Version >= d.Version && chain[d.Version-1] == s.header.Chain[d.Version-1] {
		return nil
	}
	return &LayoutError{Segment: s.label, Differences: differences(d, layout)}
}

// differences says, line by line, how the segment (there) differs from this program's layout (here).
func differences(here, there *descriptor.Segment) []string {
	var list []string
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if here.Name != there.Name {
		add("this program wants segment %s, the file is of segment %s", here.Name, there.Name)
	}
	if here.Version > there.Version {
		add("this program needs version %d, the segment is of version %d", here.Version, there.Version)
	}
	for i := range here.Fields {
		f := &here.Fields[i]
		g := there.Field(f.Name)
		switch {
		case g == nil:
			add("field %s (%s) is missing in the segment", f.Name, f.Words())
		case f.Words() != g.Words():
			add("field %s is %s here and %s in the segment", f.Name, f.Words(), g.Words())
		case f.Offset != g.Offset || f.Size != g.Size:
			add("field %s is at %d, %d bytes here and at %d, %d bytes in the segment", f.Name, f.Offset, f.Size, g.Offset, g.Size)
		}
	}
	for i := range there.Fields {
		if g := &there.Fields[i]; here.Field(g.Name) == nil && g.Since <= here.Version {
			add("field %s (%s) is unknown here", g.Name, g.Words())
		}
	}
	for _, r := range here.Records {
		if t := there.Record(r.Name); t != nil && members(&r) != members(t) {
			add("record %s is {%s} here and {%s} in the segment", r.Name, members(&r), members(t))
		}
	}
	for _, e := range here.Enums {
		if t := there.Enum(e.Name); t != nil && e.Base != t.Base {
			add("enum %s is %s here and %s in the segment", e.Name, e.Base, t.Base)
		}
	}
	if list == nil {
		add("the order of the fields, or a record's definition, has changed")
	}
	return list
}

func members(r *descriptor.Record) string {
	var words []string
	for _, m := range r.Members {
		words = append(words, fmt.Sprintf("%s %s@%d", m.Name, m.Type, m.Offset))
	}
	return strings.Join(words, ", ")
}

// removeAbandoned unlinks the segment at path if it is temporary and has no living process: the last one was killed
// before it could. It reports whether the name is free now, as far as it can tell.
func removeAbandoned(path string, o options) bool {
	file, err := mapping.Open(path)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	defer file.Close()
	s := &Segment{path: path}
	if _, err := s.examine(file, o); err != nil {
		return false
	}
	memory, err := mapping.Map(file, s.header.Total)
	if err != nil {
		return false
	}
	defer memory.Unmap()
	if atomic.LoadUint32(mapping.At[uint32](memory, format.Temporary)) == 0 {
		return false
	}
	own, err := mapping.Reopen(file)
	if err != nil {
		return false
	}
	removed := false
	err = liveness.Abandoned(memory, own, s.header, func() bool {
		removed = unlink(path, s.identity) == nil
		return removed
	})
	return err == nil && removed
}
