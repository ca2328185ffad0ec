package lifecycle

import (
	"fmt"
	"os"
	"strings"

	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/process"
)

// HeldError says that another checkout has the machine's one cluster.
type HeldError struct{ Holder string }

func (e HeldError) Error() string {
	return fmt.Sprintf("the cluster on this machine belongs to the checkout %s; to free it, run there: ./redoubt down", e.Holder)
}

// holder is the checkout that brought the cluster up, or "".
func holder() string {
	data, _ := os.ReadFile(layout.HolderFile)
	return strings.TrimSpace(string(data))
}

func hold(owner string) error {
	return os.WriteFile(layout.HolderFile, []byte(owner+"\n"), 0o644)
}

// refuseIfHeld stops a checkout from taking a living cluster from another.
// A dead one is nobody's.
func refuseIfHeld(owner string) error {
	current := holder()
	if current == "" || owner == "" || current == owner || !anyAlive() {
		return nil
	}
	return HeldError{Holder: current}
}

func anyAlive() bool {
	for _, record := range process.All() {
		if record.Alive() {
			return true
		}
	}
	return false
}
