namespace Cluster.Export;

/// <summary>Finds the codes of a network's tensors in its QDQ file by what writes them, whatever they are called.</summary>
internal static class QdqCodes
{
    /// <summary>The name of each quantized tensor's codes, as its readers see them; without those that the file does not write.</summary>
    public static IReadOnlyDictionary<string, string> In(ModelGraph file, QuantizedNetwork network)
    {
        var quantized = file.Nodes.Where(node => node.OpType == "QuantizeLinear").ToLookup(node => node.Inputs[0], StringComparer.Ordinal);
        var clipped = file.Nodes.Where(node => node.OpType == "Clip").ToLookup(node => node.Inputs[0], StringComparer.Ordinal);
        var nodes = file.Nodes.ToDictionary(node => node.Name, StringComparer.Ordinal);
        return network.Layout.Points.Keys
            .Select(tensor => (Tensor: tensor, Codes: CodesOf(tensor) ?? MovedTo(tensor)))
            .Where(found => found.Codes is not null)
            .ToDictionary(found => found.Tensor, found => found.Codes!, StringComparer.Ordinal);

        string? CodesOf(string tensor) => quantized[tensor].FirstOrDefault() is { } pair
            ? clipped[pair.Output].FirstOrDefault()?.Output ?? pair.Output
            : null;

        // A node that moves codes writes them in place of the tensor. What is written in its place in real numbers has a pair, behind which
        // its codes are moved to become the tensor's.
        string? MovedTo(string tensor) => network.Graph.ProducingNode(tensor) is { } producer
            && nodes.TryGetValue(producer.Name, out var node) && node.Output != tensor
            ? CodesOf(node.Output) is null ? node.Output : tensor
            : null;
    }
}
