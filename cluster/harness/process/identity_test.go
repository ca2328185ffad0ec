package process

import (
	"os/exec"
	"testing"
	"time"
)

func TestAProcessIsKnownByItsStartToo(t *testing.T) {
	command := exec.Command("sleep", "60")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	go command.Wait()
	identity, err := Identify(command.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	if !identity.Alive() || identity.Memory().Resident == 0 {
		t.Error("a running process counts as gone")
	}
	for name, other := range map[string]Identity{
		"another start": {PID: identity.PID, Start: identity.Start + 1, Boot: identity.Boot},
		"another boot":  {PID: identity.PID, Start: identity.Start, Boot: "another"},
	} {
		if other.Alive() {
			t.Errorf("%s: another process with the same id counts as this one", name)
		}
		if err := Kill(0, other); err != nil || !identity.Alive() {
			t.Fatalf("%s: another process with the same id was killed", name)
		}
	}
	if err := Kill(5*time.Second, identity); err != nil || identity.Alive() {
		t.Errorf("the process still runs: %v", err)
	}
}

func TestKillEndsAProcessThatIgnoresSIGTERM(t *testing.T) {
	command := exec.Command("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done")
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	out.Read(make([]byte, 1)) // The trap is set.
	go command.Wait()
	identity, err := Identify(command.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := Kill(100*time.Millisecond, identity); err != nil || identity.Alive() {
		t.Errorf("the process still runs: %v", err)
	}
}
