package addon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

// resources maps the kinds in our manifests to where the API keeps them;
// asking the server would cost a second of every `up`.
var resources = map[string]struct {
	name       string
	namespaced bool
}{
	"Namespace":          {"namespaces", false},
	"ServiceAccount":     {"serviceaccounts", true},
	"ConfigMap":          {"configmaps", true},
	"Service":            {"services", true},
	"EndpointSlice":      {"endpointslices", true},
	"StorageClass":       {"storageclasses", false},
	"ClusterRole":        {"clusterroles", false},
	"ClusterRoleBinding": {"clusterrolebindings", false},
}

// Apply makes the objects that the add-ons need.
func Apply(ctx context.Context, config *rest.Config) error {
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	objects, err := objects()
	if err != nil {
		return err
	}
	for _, object := range objects {
		resource, ok := resources[object.GetKind()]
		if !ok {
			return fmt.Errorf("manifest of unknown kind %s", object.GetKind())
		}
		version := object.GroupVersionKind().GroupVersion()
		var target dynamic.ResourceInterface = client.Resource(schema.GroupVersionResource{
			Group: version.Group, Version: version.Version, Resource: resource.name})
		if resource.namespaced {
			target = target.(dynamic.NamespaceableResourceInterface).Namespace(object.GetNamespace())
		}
		_, err := target.Apply(ctx, object.GetName(), object, metav1.ApplyOptions{FieldManager: "redoubt-cluster", Force: true})
		if err != nil {
			return fmt.Errorf("%s %s: %w", object.GetKind(), object.GetName(), err)
		}
	}
	return nil
}

func objects() ([]*unstructured.Unstructured, error) {
	files, err := manifests.ReadDir("manifests")
	if err != nil {
		return nil, err
	}
	var all []*unstructured.Unstructured
	for _, file := range files {
		content, err := manifests.ReadFile("manifests/" + file.Name())
		if err != nil {
			return nil, err
		}
		decoder := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096)
		for {
			object := &unstructured.Unstructured{}
			err := decoder.Decode(&object.Object)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file.Name(), err)
			}
			if len(object.Object) > 0 {
				all = append(all, object)
			}
		}
	}
	return all, nil
}
