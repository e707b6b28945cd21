using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>The constants of a graph as tensors, made once each; weighted nodes may be bound to other weights.</summary>
/// <param name="device">Of the tensors; null for the processor.</param>
internal sealed class NodeConstants(ModelGraph graph, ComputeDevice? device = null) : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    public TensorData Data(string name) => graph.Initializers[name];

    public bool Has(string name) => graph.Initializers.ContainsKey(name);

    public Tensor Tensor(string name)
    {
        if (!_tensors.TryGetValue(name, out var tensor))
        {
            _tensors[name] = tensor = (device ?? ComputeDevice.Cpu).Take(TensorFactory.FromTensorData(graph.Initializers[name]));
        }

        return tensor;
    }

    public long[] Integers(string name)
    {
        var data = Data(name);
        return data.Type == ElementType.Int64 ? data.As<long>().ToArray() : [.. data.As<int>().ToArray().Select(value => (long)value)];
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
        {
            tensor.Dispose();
        }

        _tensors.Clear();
    }
}
