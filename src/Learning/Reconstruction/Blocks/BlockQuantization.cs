using static TorchSharp.torch;

namespace Cluster.Learning.Reconstruction.Blocks;

/// <summary>Weights and activation quantizers of one run of a block; owns their tensors.</summary>
internal sealed class BlockQuantization : IQuantization, IDisposable
{
    // After the ordinals of tensors that are quantized by their producer.
    private const int FirstRead = 1 << 12;

    private readonly Dictionary<string, Tensor> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Pair> _written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (IReadOnlySet<string> Readers, Pair Pair)> _reads = new(StringComparer.Ordinal);

    /// <summary>The device of the run.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    /// <summary>Probability that an element is quantized.</summary>
    public double QuantizedShare { get; init; } = 1;

    /// <summary>
    /// Whether the scales' gradients are divided by sqrt(N * qmax), N the elements of the whole batch.
    /// </summary>
    public bool ScalesGradients { get; init; }

    /// <summary>Seed of the tensor with this ordinal.</summary>
    public Func<int, ulong> Seed { get; set; } = static _ => 0;

    /// <summary>The first image of this run within its batch, the images of the run and those of the batch.</summary>
    public (int First, int Count, int Batch) Part { get; set; }

    /// <summary>Takes ownership.</summary>
    public void SetWeight(string node, Tensor weight) => _weights[node] = weight;

    public void SetScale(string tensor, Tensor scale, QuantizationParameters parameters)
    {
        if (_written.TryGetValue(tensor, out var old))
        {
            old.Scale.Dispose();
            _written[tensor] = old with { Scale = scale, Parameters = parameters };
            return;
        }

        _written[tensor] = new Pair(this, _written.Count, scale, parameters);
    }

    /// <summary>Makes only some nodes see a tensor quantized, with a fixed scale.</summary>
    public void SetRead(string tensor, IReadOnlySet<string> readers, QuantizationParameters parameters) =>
        _reads.Add(tensor, (readers, new Pair(this, FirstRead + _reads.Count, Device.Floats([parameters.Scale], [1]), parameters)));

    public Tensor Scale(string tensor) => _written[tensor].Scale;

    public Tensor? Weight(GraphNode node) => _weights.GetValueOrDefault(node.Name);

    public IFakeQuantizer? Written(string tensor) => _written.GetValueOrDefault(tensor);

    public IFakeQuantizer? Read(string tensor, GraphNode reader) =>
        _reads.TryGetValue(tensor, out var read) && read.Readers.Contains(reader.Name) ? read.Pair : null;

    public void Dispose()
    {
        var scales = _written.Values.Concat(_reads.Values.Select(read => read.Pair)).Select(pair => pair.Scale);
        scales.Concat(_weights.Values).DisposeAll();

        _weights.Clear();
        _written.Clear();
        _reads.Clear();
    }

    private sealed record Pair(
        BlockQuantization Quantization,
        int Ordinal,
        Tensor Scale,
        QuantizationParameters Parameters) : IFakeQuantizer
    {
        public Tensor Apply(Tensor exact, IRunObserver? observer)
        {
            var (first, count, batch) = Quantization.Part;
            long image = exact.NumberOfElements / Math.Max(1, count);
            double gradientScale = Quantization.ScalesGradients ? 1 / Math.Sqrt((double)image * batch * Parameters.Maximum) : 1;
            ulong seed = Quantization.QuantizedShare < 1 ? Quantization.Seed(Ordinal) : 0;
            return LearnedScale.Apply(
                exact, Scale, Parameters, new LsqCall(gradientScale, Quantization.QuantizedShare, seed, first * image));
        }
    }
}
