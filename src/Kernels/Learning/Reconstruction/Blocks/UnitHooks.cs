using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Reconstruction.Blocks;

/// <summary>Weights and activation quantizers of one run of a unit. Owns the scales' tensors, not the weights.</summary>
internal sealed class UnitHooks : INetworkHooks, IDisposable
{
    // Behind the ordinals of tensors that are quantized where they are made.
    private const int FirstRead = 1 << 12;

    private readonly Dictionary<string, Tensor> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Ordinal, Tensor Scale, QuantizationParameters Parameters)> _steps = new(StringComparer.Ordinal);

    private readonly Dictionary<string, (int Ordinal, IReadOnlySet<string> Readers, Tensor Scale, QuantizationParameters Parameters)> _reads = new(StringComparer.Ordinal);

    /// <summary>Where the run is.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    /// <summary>Of an element to be quantized.</summary>
    public double QuantizedShare { get; init; } = 1;

    /// <summary>Whether the scales' gradients are divided by sqrt(N * qmax), N the elements of the whole batch.</summary>
    public bool ScalesGradients { get; init; }

    /// <summary>Seed of the tensor with this ordinal.</summary>
    public Func<int, ulong> Seed { get; set; } = static _ => 0;

    /// <summary>The first image of this run within its batch, the images of the run and those of the batch.</summary>
    public (int First, int Count, int Batch) Part { get; set; }

    public void SetWeight(string node, Tensor weight) => _weights[node] = weight;

    public void SetStep(string tensor, Tensor scale, QuantizationParameters parameters)
    {
        if (_steps.TryGetValue(tensor, out var old))
        {
            old.Scale.Dispose();
            _steps[tensor] = (old.Ordinal, scale, parameters);
            return;
        }

        _steps[tensor] = (_steps.Count, scale, parameters);
    }

    /// <summary>Has some nodes alone see a tensor quantized, with a scale that is not learned.</summary>
    public void SetRead(string tensor, IReadOnlySet<string> readers, QuantizationParameters parameters) =>
        _reads.Add(tensor, (FirstRead + _reads.Count, readers, Device.Floats([parameters.Scale], [1]), parameters));

    public Tensor Step(string tensor) => _steps[tensor].Scale;

    public Tensor? Weight(GraphNode node) => _weights.GetValueOrDefault(node.Name);

    public Tensor Activation(string tensor, Tensor value) =>
        _steps.TryGetValue(tensor, out var step) ? Quantize(value, step.Ordinal, step.Scale, step.Parameters) : value;

    public Tensor Read(string tensor, GraphNode reader, Tensor value) =>
        _reads.TryGetValue(tensor, out var read) && read.Readers.Contains(reader.Name) ? Quantize(value, read.Ordinal, read.Scale, read.Parameters) : value;

    public void Dispose()
    {
        foreach (var (_, scale, _) in _steps.Values)
        {
            scale.Dispose();
        }

        _steps.Clear();
        foreach (var (_, _, scale, _) in _reads.Values)
        {
            scale.Dispose();
        }

        _reads.Clear();
    }

    private Tensor Quantize(Tensor value, int ordinal, Tensor scale, QuantizationParameters parameters)
    {
        long image = value.NumberOfElements / Math.Max(1, Part.Count);
        double gradientScale = ScalesGradients ? 1 / Math.Sqrt((double)image * Part.Batch * parameters.Maximum) : 1;
        return ReconstructionKernels.LearnedStep(
            value, scale, parameters, new StepCall(gradientScale, false, QuantizedShare, QuantizedShare < 1 ? Seed(ordinal) : 0, Part.First * image));
    }
}
