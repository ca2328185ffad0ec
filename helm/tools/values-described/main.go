// Command values-described holds a chart's values.yaml to its values.schema.json: each names the settings of the other, and
// the schema describes each. Below a field that is free (a spec, resources, labels) it does not look.
package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"

	"sigs.k8s.io/yaml"
)

// Settings of the schema that Helm itself writes into the values of a sub-chart.
var ofHelm = []string{"global", "enabled"}

func main() {
	complaints, err := compare(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "values-described:", err)
		os.Exit(1)
	}
	for _, complaint := range complaints {
		fmt.Println(complaint)
	}
	if len(complaints) > 0 {
		os.Exit(1)
	}
}

func compare(valuesFile, schemaFile string) ([]string, error) {
	var values, schema map[string]any
	for file, into := range map[string]*map[string]any{valuesFile: &values, schemaFile: &schema} {
		bytes, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		// JSON is YAML; but only the JSON decoder says where it is wrong.
		decode := func(bytes []byte) error { return json.Unmarshal(bytes, into) }
		if file == valuesFile {
			decode = func(bytes []byte) error { return yaml.Unmarshal(bytes, into) }
		}
		if err := decode(bytes); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return differences("", values, schema), nil
}

func differences(path string, values, schema map[string]any) []string {
	var complaints []string
	properties, _ := schema["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		property, _ := properties[name].(map[string]any)
		value, present := values[name]
		switch _, isReference := property["$ref"]; {
		case !isReference && property["description"] == nil:
			complaints = append(complaints, path+name+" has no description in the schema")
		case !present && !(path == "" && slices.Contains(ofHelm, name)):
			complaints = append(complaints, path+name+" is in the schema but not in values.yaml")
		case present && property["additionalProperties"] == false && property["properties"] != nil:
			inner, _ := value.(map[string]any)
			complaints = append(complaints, differences(path+name+".", inner, property)...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if properties[name] == nil {
			complaints = append(complaints, path+name+" is in values.yaml but not in the schema")
		}
	}
	return complaints
}
