package proc

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// variable is the environment variable by which a new process knows that it is a worker. Init removes it, so that
// processes which the worker starts by other means do not take themselves for workers.
const variable = "SHMGEN_PROC_WORKER"

// firstFile is the number of the first inherited descriptor; those before it are the standard ones.
const firstFile = 3

// handover is what a worker is told in the variable. Its arguments are those of its command line, and its descriptors
// have fixed numbers: the segments from firstFile on, then the lifeline of a daemon.
type handover struct {
	parent   int // process id
	segments int
	daemon   bool
	name     string
}

// encode returns the value of the variable.
func (h handover) encode() string {
	return fmt.Sprintf("%d %d %t %s", h.parent, h.segments, h.daemon, h.name)
}

// decode is the inverse of encode.
func decode(text string) (h handover, err error) {
	words := strings.SplitN(text, " ", 4)
	if len(words) == 4 && words[3] != "" {
		var parentErr, segmentsErr, daemonErr error
		h.parent, parentErr = strconv.Atoi(words[0])
		h.segments, segmentsErr = strconv.Atoi(words[1])
		h.daemon, daemonErr = strconv.ParseBool(words[2])
		h.name = words[3]
		if errors.Join(parentErr, segmentsErr, daemonErr) == nil && h.parent >= 0 && h.segments >= 0 && h.segments <= maxSegments {
			return h, nil
		}
	}
	return handover{}, fmt.Errorf("the environment variable %s=%q was not set by proc.Start; unset it", variable, text)
}

// adopt takes over the descriptors that the worker has inherited. It returns those of the segments, and the lifeline of
// a daemon.
func (h handover) adopt() (segments []*os.File, lifeline *os.File, err error) {
	for i := range h.segments {
		file, err := adoptFile(firstFile+i, fmt.Sprintf("segment %d", i))
		if err != nil {
			return nil, nil, h.notInherited(err)
		}
		segments = append(segments, file)
	}
	if h.daemon {
		if lifeline, err = adoptPipe(firstFile+h.segments, "lifeline"); err != nil {
			return nil, nil, h.notInherited(err)
		}
	}
	return segments, lifeline, nil
}

func (h handover) notInherited(err error) error {
	return fmt.Errorf("it has not inherited what it was promised (was %s set by something else than proc.Start?): %w", variable, err)
}
