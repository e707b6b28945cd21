using System.Runtime.InteropServices;
using System.Text.Json;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans;

namespace Cluster.Bench;

/// <summary>
/// The folded network, each group's fake-quantized weights and ranges, and the preprocessed images, for a program that shares no
/// code with this one: network.json, and data.bin with float32 arrays at the element offsets that it names.
/// </summary>
internal static class TorchExport
{
    public static void Write(SweepSubject subject, string folder)
    {
        using var data = File.Create(Path.Combine(folder, "data.bin"));
        var graph = subject.Float32.Graph;
        var images = subject.Images;
        var size = images.RequireImages();
        float[] pixels = [.. Enumerable.Range(0, images.Count).SelectMany(images.Pixels)];
        var network = new
        {
            input = graph.Input.Name,
            output = graph.Output.Name,
            nodes = graph.Groups.SelectMany(group => group.Nodes).Select(Node).ToList(),
            constants = graph.Graph.Initializers.ToDictionary(pair => pair.Key, pair => Constant(data, pair.Value), StringComparer.Ordinal),
            groups = subject.Alone.Select(candidate => Group(data, graph, candidate.Group, candidate.Network)).ToList(),
            images = Array(data, pixels, [images.Images.Count, size.Channels, size.Height, size.Width]),
            labels = Enumerable.Range(0, images.Images.Count).Select(images.Images.Label).ToList(),
        };
        File.WriteAllBytes(Path.Combine(folder, "network.json"), JsonSerializer.SerializeToUtf8Bytes(network));
    }

    private static object Node(GraphNode node) => new
    {
        name = node.Name,
        op = node.OpType,
        inputs = node.Inputs,
        output = node.Output,
        attributes = node.Attributes.ToDictionary(pair => pair.Key, pair => Attribute(pair.Value), StringComparer.Ordinal),
    };

    private static object? Attribute(AttributeValue value) => value switch
    {
        { Ints: { } numbers } => numbers,
        { Int: { } number } => number,
        { Float: { } real } => real,
        _ => value.Text,
    };

    private static object Constant(Stream data, TensorData tensor) => tensor.Type switch
    {
        ElementType.Float => Array(data, tensor.As<float>(), tensor.Shape),
        _ => new { values = tensor.Integers() },
    };

    private static object Group(Stream data, GroupedGraph graph, LayerGroup group, QuantizedNetwork network) => new
    {
        name = group.Name,
        weights = group.Nodes
            .Where(network.Layout.HasQuantizedWeights)
            .ToDictionary(node => node.Name, node => Weights(data, network.Weights(node)), StringComparer.Ordinal),
        outputs = network.Layout.Points.Values
            .Where(point => point.AtProducer)
            .ToDictionary(point => point.Tensor, point => Range(network, point.Tensor), StringComparer.Ordinal),
        inputs = graph.Groups.SelectMany(other => other.Nodes)
            .Select(node =>
                (node.Name, Tensors: node.Inputs.Where(tensor => network.Layout.PointFor(tensor, node) is { AtProducer: false }).ToList()))
            .Where(reader => reader.Tensors.Count > 0)
            .ToDictionary(
                reader => reader.Name,
                reader => reader.Tensors.ToDictionary(tensor => tensor, tensor => Range(network, tensor), StringComparer.Ordinal),
                StringComparer.Ordinal),
    };

    private static object Range(QuantizedNetwork network, string tensor)
    {
        var parameters = network.Parameters(network.Layout.Points[tensor]);
        return new { scale = (double)parameters.Scale, zeroPoint = parameters.ZeroPoint };
    }

    private static object Weights(Stream data, QuantizedWeights weights)
    {
        int inner = checked((int)weights.Shape.Skip(weights.Axis + 1).Aggregate(1L, (product, size) => product * size));
        float[] values = [.. weights.Codes.Select((code, i) => code * weights.Scales[i / inner % weights.Scales.Length])];
        return Array(data, values, weights.Shape);
    }

    private static object Array(Stream data, ReadOnlySpan<float> values, IReadOnlyList<long> shape)
    {
        long offset = data.Position / sizeof(float);
        data.Write(MemoryMarshal.AsBytes(values));
        return new { offset, shape };
    }
}
