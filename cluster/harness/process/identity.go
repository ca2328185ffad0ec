package process

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Identity names one process for all time: its id, the clock tick it started
// at, and the boot that the tick is counted from.
type Identity struct {
	PID   int    `json:"pid"`
	Start uint64 `json:"start"`
	Boot  string `json:"boot"`
}

// Identify looks a process up.
func Identify(pid int) (Identity, error) {
	_, start, err := stat(pid)
	if err != nil {
		return Identity{}, err
	}
	return Identity{PID: pid, Start: start, Boot: bootID()}, nil
}

// Alive reports whether exactly this process runs (one that ended and only
// waits for its parent does not).
func (i Identity) Alive() bool {
	state, start, err := stat(i.PID)
	return err == nil && state != 'Z' && state != 'X' && start == i.Start && i.Boot == bootID()
}

// Memory is what a process occupies, in bytes.
type Memory struct {
	Resident uint64 // counts every page that it uses
	Share    uint64 // counts a page that n processes use as one n-th
}

// Memory is all zero when the process is gone.
func (i Identity) Memory() Memory {
	if !i.Alive() {
		return Memory{}
	}
	rollup, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", i.PID))
	if err != nil {
		return Memory{}
	}
	var memory Memory
	for _, line := range strings.Split(string(rollup), "\n") {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		kib, _ := strconv.ParseUint(fields[1], 10, 64)
		switch fields[0] {
		case "Rss:":
			memory.Resident = kib * 1024
		case "Pss:":
			memory.Share = kib * 1024
		}
	}
	return memory
}

// Kill ends the processes together: SIGTERM, a bounded wait, then SIGKILL.
// Without patience it starts with SIGKILL.
func Kill(patience time.Duration, identities ...Identity) error {
	if patience > 0 {
		signal(syscall.SIGTERM, identities)
		if waitGone(patience, identities) {
			return nil
		}
	}
	signal(syscall.SIGKILL, identities)
	if waitGone(10*time.Second, identities) {
		return nil
	}
	var left []int
	for _, identity := range identities {
		if identity.Alive() {
			left = append(left, identity.PID)
		}
	}
	return fmt.Errorf("processes %v do not end, not even by SIGKILL", left)
}

func signal(sig syscall.Signal, identities []Identity) {
	for _, identity := range identities {
		if identity.Alive() {
			syscall.Kill(identity.PID, sig)
		}
	}
}

func waitGone(patience time.Duration, identities []Identity) bool {
	deadline := time.Now().Add(patience)
	for {
		alive := false
		for _, identity := range identities {
			alive = alive || identity.Alive()
		}
		if !alive {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// stat reads a process's state and start time from the kernel.
func stat(pid int) (state byte, start uint64, err error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0, errGone
	}
	// The second field is the program's name in brackets, which may itself
	// contain blanks and brackets: count from the last bracket.
	end := bytes.LastIndexByte(data, ')')
	if end < 0 {
		return 0, 0, errGone
	}
	fields := strings.Fields(string(data[end+1:]))
	if len(fields) < 20 {
		return 0, 0, errGone
	}
	start, err = strconv.ParseUint(fields[19], 10, 64)
	return fields[0][0], start, err
}

func bootID() string {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(id))
}
