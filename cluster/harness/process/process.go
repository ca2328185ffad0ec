// Package process starts the cluster's long-running processes, remembers
// them on disk, and stops them again.
//
// A process is remembered by its id together with the moment it started, so
// that an id which the kernel has since given to somebody else is never
// signalled.
package process

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/netns"
)

// Spec says what to run.
type Spec struct {
	Name       string // also the name of the log file
	Netns      string
	Executable string
	Args       []string // without the program's own name
}

// environment is the same for every process, whatever the caller's is. All of
// them are Go programs whose heaps are small beside what they share; letting
// the heaps grow by half instead of by double before each collection saves a
// tenth of the cluster's memory.
var environment = []string{
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"HOME=/root",
	"GOGC=50",
}

// Record is a process that was started.
type Record struct {
	Name       string   `json:"name"`
	Identity   Identity `json:"identity"`
	Executable string   `json:"executable"`
	Args       []string `json:"args"`
}

// Alive reports whether the recorded process still runs.
func (r Record) Alive() bool { return r.Identity.Alive() }

// Runs reports whether the recorded process was started as the spec says.
func (r Record) Runs(spec Spec) bool {
	return r.Executable == resolve(spec.Executable) && slices.Equal(r.Args, spec.Args)
}

// Running is a process that this program started and can watch.
type Running struct {
	Record
	exited chan struct{}
	err    error
}

// Exited is closed when the process ends.
func (r *Running) Exited() <-chan struct{} { return r.exited }

// ExitError says how the process ended; valid once Exited is closed.
func (r *Running) ExitError() error { return r.err }

// Start runs the process detached from the caller, with its output in the
// log file of its name, and records it.
func Start(spec Spec) (*Running, error) {
	for _, dir := range []string{layout.LogDir, layout.ProcessDir} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	log, err := os.OpenFile(layout.Log(spec.Name), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()

	cmd := exec.Command(spec.Executable, spec.Args...)
	cmd.Args[0] = filepath.Base(spec.Executable)
	cmd.Dir = "/"
	cmd.Env = environment
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := netns.Do(spec.Netns, cmd.Start); err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Name, err)
	}

	running := &Running{exited: make(chan struct{})}
	identity, err := Identify(cmd.Process.Pid)
	if err != nil {
		return nil, fmt.Errorf("start %s: it ended at once: %w", spec.Name, err)
	}
	running.Record = Record{Name: spec.Name, Identity: identity, Executable: resolve(spec.Executable), Args: spec.Args}
	go func() {
		running.err = cmd.Wait()
		close(running.exited)
	}()
	return running, running.save()
}

// Find returns the record under that name, if there is one.
func Find(name string) (Record, bool) {
	var record Record
	data, err := os.ReadFile(recordFile(name))
	if err != nil || json.Unmarshal(data, &record) != nil {
		return Record{}, false
	}
	return record, true
}

// All returns every record, in the order of their names.
func All() []Record {
	files, _ := filepath.Glob(recordFile("*"))
	var records []Record
	for _, file := range files {
		if record, ok := Find(strings.TrimSuffix(filepath.Base(file), ".json")); ok {
			records = append(records, record)
		}
	}
	return records
}

// Stop ends the recorded processes together: a polite request, a bounded
// wait, then force. Their records go once they are gone.
func Stop(patience time.Duration, records ...Record) error {
	var identities []Identity
	for _, record := range records {
		identities = append(identities, record.Identity)
	}
	err := Kill(patience, identities...)
	for _, record := range records {
		if !record.Alive() {
			os.Remove(recordFile(record.Name))
		}
	}
	return err
}

func (r *Running) save() error {
	data, err := json.MarshalIndent(r.Record, "", "  ")
	if err != nil {
		return err
	}
	temporary := recordFile(r.Name) + ".new"
	if err := os.WriteFile(temporary, data, 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, recordFile(r.Name))
}

func recordFile(name string) string { return filepath.Join(layout.ProcessDir, name+".json") }

// resolve follows links, so that a record names one build of a program and
// not the link that points to the latest.
func resolve(path string) string {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	return path
}

var errGone = errors.New("no such process")
