// Package progress tells the user what is being done and how long each step
// took.
package progress

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Steps prints one line per finished step.
type Steps struct {
	mutex sync.Mutex
	out   io.Writer
	began time.Time
}

// To prints to out.
func To(out io.Writer) *Steps { return &Steps{out: out, began: time.Now()} }

// Do runs one step and prints its line.
func (s *Steps) Do(name string, step func() error) error {
	start := time.Now()
	err := step()
	result := ""
	if err != nil {
		result = "  FAILED"
	}
	s.print("%6.1f s  %s%s\n", time.Since(start).Seconds(), name, result)
	return err
}

// Note prints a line that is no step.
func (s *Steps) Note(format string, arguments ...any) {
	s.print("          %s\n", fmt.Sprintf(format, arguments...))
}

// Total prints the last line.
func (s *Steps) Total(name string) {
	s.print("%6.1f s  %s\n", time.Since(s.began).Seconds(), name)
}

func (s *Steps) print(format string, arguments ...any) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	fmt.Fprintf(s.out, format, arguments...)
}
