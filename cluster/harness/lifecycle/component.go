package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/process"
)

const (
	startPatience = 60 * time.Second
	shownLogLines = 20
)

// ComponentError says which component did not start, what it said last, and
// what to do.
type ComponentError struct {
	Component string
	Cause     error
}

func (e ComponentError) Unwrap() error { return e.Cause }

func (e ComponentError) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s did not start: %v\n", e.Component, e.Cause)
	log := layout.Log(e.Component)
	if lines := lastLines(log, shownLogLines); lines == "" {
		fmt.Fprintf(&text, "Its log, %s, is empty.\n", log)
	} else {
		fmt.Fprintf(&text, "The end of its log, %s:\n%s\n", log, lines)
	}
	fmt.Fprint(&text, "What to do: read the last error above. The rest of the cluster was left as it is, so that you can look at it;\n"+
		"`./redoubt down` removes it, and the next `./redoubt up` starts afresh by itself.")
	return text.String()
}

// ensure starts the component, unless it already runs as the spec says, and
// waits until ready reports success.
func ensure(ctx context.Context, spec process.Spec, ready func(context.Context) error) error {
	var exited <-chan struct{}
	exitError := func() error { return nil }
	record, known := process.Find(spec.Name)
	if known && record.Alive() && !record.Runs(spec) {
		// A newer build of it, or other arguments: replace it.
		if err := process.Stop(5*time.Second, record); err != nil {
			return err
		}
	}
	if !known || !record.Alive() {
		running, err := process.Start(spec)
		if err != nil {
			return ComponentError{spec.Name, err}
		}
		exited, exitError = running.Exited(), running.ExitError
	}
	err := await(ctx, startPatience, ready, exited, exitError)
	if err != nil && ctx.Err() == nil {
		return ComponentError{spec.Name, err}
	}
	return err
}

// await calls ready until it succeeds, the process ends or patience does.
func await(ctx context.Context, patience time.Duration, ready func(context.Context) error, exited <-chan struct{}, exitError func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	pause := 10 * time.Millisecond
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-exited:
			if cause := exitError(); cause != nil {
				return fmt.Errorf("it ended: %w", cause)
			}
			return errors.New("it ended")
		case <-ctx.Done():
			return fmt.Errorf("not ready after %v: %w", patience, err)
		case <-time.After(pause):
			pause = min(2*pause, 200*time.Millisecond)
		}
	}
}

func lastLines(file string, count int) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-count):], "\n")
}
