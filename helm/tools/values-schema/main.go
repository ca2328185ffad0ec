// Command values-schema makes the values schema of the chart cache-service. It reads a hand-written schema from standard
// input and adds the specs of the CustomResourceDefinitions that are its arguments as $defs, so that helm refuses a
// misspelt field of a spec before anything reaches the cluster. What the definitions say in CEL stays with the API server.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

type definition struct {
	Spec struct {
		Names    struct{ Kind string }
		Versions []struct {
			Storage bool
			Schema  struct{ OpenAPIV3Schema map[string]any }
		}
	}
}

// The fields that the chart writes itself, by kind.
var chartsOwn = map[string][]string{"CacheService": {"redisRef", "stateRef"}}

func main() {
	if err := run(os.Stdin, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "values-schema:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer, files []string) error {
	var schema map[string]any
	if err := json.NewDecoder(in).Decode(&schema); err != nil {
		return fmt.Errorf("the schema on standard input: %w", err)
	}
	defs := map[string]any{}
	for _, file := range files {
		kind, spec, err := specOf(file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		defs[kind+"Spec"] = spec
	}
	schema["$defs"] = defs
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(schema)
}

// specOf reads a definition and returns its kind and the JSON schema of the stored version's spec.
func specOf(file string) (string, any, error) {
	bytes, err := os.ReadFile(file)
	if err != nil {
		return "", nil, err
	}
	var crd definition
	if err := yaml.Unmarshal(bytes, &crd); err != nil {
		return "", nil, err
	}
	kind := crd.Spec.Names.Kind
	for _, version := range crd.Spec.Versions {
		properties, _ := version.Schema.OpenAPIV3Schema["properties"].(map[string]any)
		if spec, ok := properties["spec"].(map[string]any); ok && version.Storage {
			withoutFields(spec, chartsOwn[kind])
			return kind, jsonSchema(spec), nil
		}
	}
	return "", nil, fmt.Errorf("no stored version with a spec")
}

func withoutFields(spec map[string]any, fields []string) {
	properties, _ := spec["properties"].(map[string]any)
	for _, field := range fields {
		delete(properties, field)
	}
	required, _ := spec["required"].([]any)
	required = slices.DeleteFunc(required, func(field any) bool { return slices.Contains(fields, fmt.Sprint(field)) })
	if len(required) == 0 {
		delete(spec, "required")
	} else {
		spec["required"] = required
	}
}

// jsonSchema turns a structural schema of Kubernetes into a JSON schema that is as strict: there an unknown field is
// unknown by itself, here it must be said.
func jsonSchema(structural map[string]any) map[string]any {
	schema := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(structural)) {
		value := structural[key]
		switch child, isSchema := value.(map[string]any); {
		case strings.HasPrefix(key, "x-kubernetes-") || key == "format" || key == "nullable":
		case key == "properties":
			schema[key] = jsonSchemas(child)
		case isSchema && (key == "items" || key == "additionalProperties"):
			schema[key] = jsonSchema(child)
		default:
			schema[key] = value
		}
	}
	_, hasProperties := schema["properties"]
	_, isMap := schema["additionalProperties"]
	if hasProperties && !isMap && structural["x-kubernetes-preserve-unknown-fields"] != true {
		schema["additionalProperties"] = false
	}
	if structural["x-kubernetes-int-or-string"] == true {
		delete(schema, "anyOf")
		schema["type"] = []any{"integer", "string"}
	}
	return schema
}

func jsonSchemas(structural map[string]any) map[string]any {
	schemas := map[string]any{}
	for name, schema := range structural {
		schemas[name] = jsonSchema(schema.(map[string]any))
	}
	return schemas
}
