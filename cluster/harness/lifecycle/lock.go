// Package lifecycle brings the cluster up, takes it down and says how it is.
package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/progress"
)

// lockPatience bounds the wait for another up or down.
const lockPatience = 3 * time.Minute

// lock makes up and down wait for each other. The kernel releases it when its
// owner dies, however it dies.
func lock(ctx context.Context, steps *progress.Steps) (release func(), err error) {
	deadline := time.Now().Add(lockPatience)
	told := false
	for {
		if err := os.MkdirAll(layout.RunDir, 0o755); err != nil {
			return nil, err
		}
		file, err := os.OpenFile(layout.LockFile, os.O_CREATE|os.O_RDWR, 0o644)
		if errors.Is(err, os.ErrNotExist) {
			continue // A `down` just removed the directory.
		}
		if err != nil {
			return nil, err
		}
		err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		// `down` removes the file it has locked, so a lock counts only on
		// the file that still has the name.
		if err == nil && hasName(file, layout.LockFile) {
			return func() { file.Close() }, nil
		}
		file.Close()
		if err == nil {
			continue
		}
		if !told {
			told = true
			steps.Note("another up or down is at work; waiting for it")
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("another `redoubt-cluster up` or `down` has held %s for %v; look at it with: fuser -v %[1]s", layout.LockFile, lockPatience)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func hasName(file *os.File, name string) bool {
	held, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(name)
	return err == nil && os.SameFile(held, named)
}

// mustBeRoot explains itself, because "permission denied" would not.
func mustBeRoot() error {
	if syscall.Geteuid() != 0 {
		return errors.New("the cluster makes namespaces, mounts and cgroups: run this as root")
	}
	return nil
}
