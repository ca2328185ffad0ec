// Command values knows what a chart's values.yaml and values.schema.json say about its settings. `values check` holds each to
// the other: both name the same settings and the schema describes each. `values table` prints the settings as a table for
// people. Below a setting that is free (a spec, resources, labels) neither looks.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// What Helm writes into the values of a sub-chart: the schema must allow it, values.yaml need not have it.
var ofHelm = []string{"global", "enabled"}

var forMarkdown = strings.NewReplacer("|", `\|`, "<", "&lt;")

func main() {
	if err := run(os.Stdout, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(out io.Writer, verb, chart string) error {
	var values, schema map[string]any
	if err := read(filepath.Join(chart, "values.yaml"), &values); err != nil {
		return err
	}
	if err := read(filepath.Join(chart, "values.schema.json"), &schema); err != nil {
		return err
	}
	switch verb {
	case "check":
		if complaints := differences("", values, schema); len(complaints) > 0 {
			return fmt.Errorf("%s", strings.Join(complaints, "\n"))
		}
		return nil
	case "table":
		return table(out, values, schema)
	}
	return fmt.Errorf("values: say check or table, not %s", verb)
}

func read(file string, into *map[string]any) error {
	bytes, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := yaml.Unmarshal(bytes, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// settings calls visit for every setting that values or the schema has, in order of its name. Groups are not visited.
func settings(path string, values, schema map[string]any, visit func(path string, value any, present bool, property map[string]any)) {
	properties, _ := schema["properties"].(map[string]any)
	names := slices.Collect(maps.Keys(properties))
	names = slices.AppendSeq(names, maps.Keys(values))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		property, _ := properties[name].(map[string]any)
		value, present := values[name]
		if property["additionalProperties"] == false && property["properties"] != nil {
			group, _ := value.(map[string]any)
			settings(path+name+".", group, property, visit)
		} else {
			visit(path+name, value, present, property)
		}
	}
}

func differences(path string, values, schema map[string]any) []string {
	var complaints []string
	settings(path, values, schema, func(path string, _ any, present bool, property map[string]any) {
		_, isReference := property["$ref"]
		switch {
		case property == nil:
			complaints = append(complaints, path+" is in values.yaml but not in the schema")
		case !isReference && property["description"] == nil:
			complaints = append(complaints, path+" has no description in the schema")
		case !present && !slices.Contains(ofHelm, path):
			complaints = append(complaints, path+" is in the schema but not in values.yaml")
		}
	})
	return complaints
}

func table(out io.Writer, values, schema map[string]any) error {
	fmt.Fprintln(out, "| setting | default | |")
	fmt.Fprintln(out, "|---|---|---|")
	definitions, _ := schema["$defs"].(map[string]any)
	var failure error
	settings("", values, schema, func(path string, value any, present bool, property map[string]any) {
		if !present {
			return
		}
		preset, err := json.Marshal(value)
		if err != nil {
			failure = err
		}
		if reference, ok := property["$ref"].(string); ok {
			property, _ = definitions[strings.TrimPrefix(reference, "#/$defs/")].(map[string]any)
			preset = []byte("see values.yaml")
		}
		fmt.Fprintf(out, "| `%s` | `%s` | %s |\n", path, preset, forMarkdown.Replace(fmt.Sprint(property["description"])))
	})
	return failure
}
