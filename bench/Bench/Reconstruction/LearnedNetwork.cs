using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tensors;
using Cluster.Learning.Reconstruction.Blocks;
using Cluster.Learning.Reconstruction.Rounding;
using Cluster.Networks.Graphs.Groups;
using static TorchSharp.torch;

namespace Cluster.Bench.Reconstruction;

/// <summary>
/// A network with learned parameters as in reconstruction: weights and activations through their Q/DQ pairs, everything else in FP32. The
/// integer simulation and the exported file also round the biases.
/// </summary>
internal sealed class LearnedNetwork : IDisposable
{
    private readonly GroupedGraph _graph;
    private readonly ProgramBuilder _builder;
    private readonly NetworkProgram _whole;
    private readonly BlockQuantization _quantization = new();
    private readonly LearnedParameters _parameters;

    /// <summary>Compiles a network with learned weights and scales; others stay FP32.</summary>
    public LearnedNetwork(GroupedGraph graph, LearnedParameters parameters)
    {
        _parameters = parameters;
        _graph = graph;
        _builder = new ProgramBuilder(graph, hasGradients: true); // the same kernels as in reconstruction
        _whole = _builder.Whole();
        foreach (var node in graph.WeightedNodes.Where(node => parameters.Weights.ContainsKey(node.Name)))
        {
            var learned = parameters.Weights[node.Name];
            long[] shape = graph.Graph.Initializers[node.Inputs[1]].Shape;
            var grid = new WeightGrid(shape, WeightBank.OutputAxis(node), learned.Scales, [], []);
            _quantization.SetWeight(node.Name, grid.Dequantize(learned.Codes, ComputeDevice.Cpu));
        }

        foreach (var (tensor, activation) in parameters.Activations.Where(pair => pair.Key != graph.Input.Name))
        {
            _quantization.SetScale(tensor, TensorFactory.FromFloats([activation.Scale], [1]), activation);
        }
    }

    /// <summary>Logits (batch, classes), row-major, of one batch.</summary>
    public float[] Run(ImageBatches images, int batch)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        var pixels = images.Tensor(batch);
        if (_parameters.Activations.TryGetValue(_graph.Input.Name, out var input))
        {
            pixels = TensorQuantizer.FakeQuantize(pixels, input);
        }

        return TensorFactory.ToFloats(_whole.Run([pixels], _quantization)[0]);
    }

    /// <summary>Frees the program and its tensors.</summary>
    public void Dispose()
    {
        _quantization.Dispose();
        _builder.Dispose();
    }
}
