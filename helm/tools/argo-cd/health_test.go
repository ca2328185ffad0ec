// Package argocd runs the health checks of examples/argo-cd with the Lua that Argo CD runs them with.
package argocd

import (
	"os"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"sigs.k8s.io/yaml"
)

const (
	ready    = "{type: Ready, status: 'True', message: Answers}"
	notReady = "{type: Ready, status: 'False', message: The pod is not ready}"
	stalled  = "{type: Stalled, status: 'True', message: The image does not exist}"
)

func TestHealth(t *testing.T) {
	cases := []struct{ name, object, status, message string }{
		{"no status yet", "{metadata: {generation: 1}}", "Progressing", "The operator has not looked at this yet"},
		{
			"the API server's default status", "{metadata: {generation: 1}, status: {observedGeneration: -1}}",
			"Progressing", "The operator has not looked at this yet",
		},
		{"ready", "{metadata: {generation: 2}, status: {observedGeneration: 2, conditions: [" + ready + "]}}", "Healthy", "Answers"},
		{
			"ready for an older spec", "{metadata: {generation: 3}, status: {observedGeneration: 2, conditions: [" + ready + "]}}",
			"Progressing", "The operator has not looked at the newest spec yet",
		},
		{
			"not ready", "{metadata: {generation: 2}, status: {observedGeneration: 2, conditions: [" + notReady + "]}}",
			"Progressing", "The pod is not ready",
		},
		{
			"stalled", "{metadata: {generation: 2}, status: {observedGeneration: 2, conditions: [" + notReady + ", " + stalled + "]}}",
			"Degraded", "The image does not exist",
		},
	}
	for _, kind := range []string{"Redis", "CacheService", "RedisUser"} {
		script := healthCheck(t, kind)
		for _, c := range cases {
			t.Run(kind+": "+c.name, func(t *testing.T) {
				if status, message := run(t, script, c.object); status != c.status || message != c.message {
					t.Errorf("is %s, %q; want %s, %q", status, message, c.status, c.message)
				}
			})
		}
	}
}

func healthCheck(t *testing.T, kind string) string {
	t.Helper()
	bytes, err := os.ReadFile("../../../examples/argo-cd/health.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var patch struct{ Data map[string]string }
	if err := yaml.Unmarshal(bytes, &patch); err != nil {
		t.Fatal(err)
	}
	return patch.Data["resource.customizations.health.redoubt.dev_"+kind]
}

// run calls the script as Argo CD does: the resource is the global obj, the result a table.
func run(t *testing.T, script, object string) (status, message string) {
	t.Helper()
	var obj map[string]any
	if err := yaml.Unmarshal([]byte(object), &obj); err != nil {
		t.Fatal(err)
	}
	state := lua.NewState()
	defer state.Close()
	state.SetGlobal("obj", luaValue(state, obj))
	if err := state.DoString(script); err != nil {
		t.Fatal(err)
	}
	health := state.CheckTable(-1)
	return health.RawGetString("status").String(), health.RawGetString("message").String()
}

func luaValue(state *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case map[string]any:
		table := state.NewTable()
		for key, inner := range value {
			table.RawSetString(key, luaValue(state, inner))
		}
		return table
	case []any:
		table := state.NewTable()
		for _, inner := range value {
			table.Append(luaValue(state, inner))
		}
		return table
	case float64:
		return lua.LNumber(value)
	case string:
		return lua.LString(value)
	}
	return lua.LNil
}
