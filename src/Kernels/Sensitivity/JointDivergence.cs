using Cluster.Kernels.Metrics;

namespace Cluster.Kernels.Sensitivity;

/// <summary>
/// Mean divergence of a quantized network's outputs from FP32's over some images, in nats; the same for any number of workers. The current
/// network's tensors of each batch are stored at the last requested group, where the next request resumes.
/// </summary>
internal sealed class JointDivergence : IDisposable
{
    private readonly FloatNetwork _network;
    private readonly ImageBatches _images;
    private readonly int _workers;
    private readonly OutputKind _outputs;
    private readonly CancellationToken _cancellation;
    private readonly SpillSpace _space;
    private readonly float[][] _reference; // FP32 logits of each batch
    private QuantizedNetwork? _current;
    private NetworkProgram[] _programs = []; // one per group, of the current network
    private OffloadedTensors[] _prefixes = []; // one per batch, before the group that prefixes have reached:
    private int _done;

    /// <param name="space">Where prefixes are stored; null: in memory.</param>
    public JointDivergence(
        FloatNetwork network,
        ImageBatches images,
        int workers,
        CancellationToken cancellation,
        OutputKind outputs = OutputKind.Scores,
        SpillSpace? space = null)
    {
        _space = space ?? SpillSpace.Memory;
        (_network, _images, _workers, _cancellation, _outputs) = (network, images, workers, cancellation, outputs);
        NetworkProgram[] float32 = [.. network.Graph.Groups.Select(group => network.Float32(group.Index))];
        _reference = Batches.Select(images.Count, workers, batch => network.Run(images, batch, float32), cancellation);
    }

    /// <summary>The divergence of a whole network.</summary>
    public double Of(QuantizedNetwork candidate)
    {
        using var programs = _network.Compile(candidate, SumKind.Real);
        return Mean(batch => [Divergence(batch, _network.Run(_images, batch, programs.Programs))])[0];
    }

    /// <summary>Makes a network the current one.</summary>
    public void Begin(QuantizedNetwork network)
    {
        Dispose();
        _current = network;
        _programs = [.. _network.Graph.Groups.Select(group => _network.Compile(group, network, SumKind.Real))];
    }

    /// <summary>Makes a network of the same layout the current one; only groups that it changes are compiled.</summary>
    public void Change(QuantizedNetwork network)
    {
        var changed = network.OtherRanges(Current);
        _current = network;
        foreach (var group in _network.Graph.Groups.Where(group => Concerns(changed, group)))
        {
            if (group.Index < _done)
            {
                DropPrefixes();
            }

            (_programs[group.Index] as SimulatedProgram)?.Dispose();
            _programs[group.Index] = _network.Compile(group, network, SumKind.Real);
        }
    }

    /// <summary>
    /// The divergences of networks that equal the current one up to a group: a batch runs through its quantized prefix once, and from there
    /// for each of them.
    /// </summary>
    /// <param name="group">Index of the first group that may differ.</param>
    /// <param name="variants">Of the same layout as the current network, with other ranges.</param>
    public double[] OfVariants(int group, IReadOnlyList<QuantizedNetwork> variants)
    {
        if (variants.Count == 0)
        {
            return [];
        }

        var own = new List<SimulatedProgram>();
        try
        {
            NetworkProgram[][] suffixes = [.. variants.Select(variant => Suffix(variant, group, own))];
            int done = StartAt(group);
            return Mean(batch =>
            {
                Advance(_prefixes[batch], done, group);
                using var prefix = _prefixes[batch].Fetch();
                return [.. suffixes.Select(suffix =>
                {
                    using var run = prefix.Borrow();
                    foreach (var program in suffix)
                    {
                        program.Run(run);
                    }

                    return Divergence(batch, _network.Logits(run));
                })];
            });
        }
        finally
        {
            own.DisposeAll();
        }
    }

    /// <summary>Frees the current network's programs and its stored tensors.</summary>
    public void Dispose()
    {
        DropPrefixes();
        _programs.OfType<SimulatedProgram>().DisposeAll();

        _programs = [];
    }

    private QuantizedNetwork Current => _current ?? throw new InvalidOperationException("There is no current network yet.");

    // Where prefixes resume. They are all stored before the group once each batch has moved on.
    private int StartAt(int group)
    {
        if (group < _done)
        {
            DropPrefixes();
        }

        if (_prefixes.Length == 0)
        {
            _prefixes = [.. Enumerable.Range(0, _images.Count).Select(_ => new OffloadedTensors(_space))];
            Batches.ForEach(_images.Count, _workers, ParkInputs, _cancellation);
        }

        (int done, _done) = (_done, group);
        return done;
    }

    private void ParkInputs(int batch)
    {
        foreach (var (input, tensor) in _images.Tensors(batch, _network.Graph))
        {
            _prefixes[batch].Offload(input, tensor);
        }
    }

    private void Advance(OffloadedTensors prefix, int done, int group)
    {
        foreach (var passed in _network.Graph.Groups.Skip(done).Take(group - done))
        {
            var program = _programs[passed.Index];
            using var inputs = prefix.Fetch(program.Inputs);
            using var run = inputs.Borrow();
            program.Run(run);
            prefix.Offload(run);
            foreach (string tensor in _network.EndingIn(passed))
            {
                prefix.Drop(tensor);
            }
        }
    }

    private void DropPrefixes()
    {
        _prefixes.DisposeAll();

        (_prefixes, _done) = ([], 0);
    }

    private static bool Concerns(IReadOnlySet<string> tensors, LayerGroup group) =>
        group.Nodes.Any(node => tensors.Contains(node.Output) || node.Inputs.Any(tensors.Contains));

    // Groups that neither read nor write a tensor with a changed range use the current network's programs.
    private NetworkProgram[] Suffix(QuantizedNetwork variant, int group, List<SimulatedProgram> own)
    {
        var changed = variant.OtherRanges(Current);
        return [.. _network.Graph.Groups.Skip(group).Select(later =>
        {
            if (!Concerns(changed, later))
            {
                return _programs[later.Index];
            }

            var program = _network.Compile(later, variant, SumKind.Real);
            if (program is SimulatedProgram simulated)
            {
                own.Add(simulated);
            }

            return program;
        })];
    }

    // Nats of a batch, summed over its images.
    private double Divergence(int batch, float[] logits) =>
        OutputDivergence.Of(_outputs, _reference[batch], logits, logits.Length / _images.Size(batch)) * _images.Size(batch);

    private double[] Mean(Func<int, double[]> ofBatch)
    {
        double[][] sums = Batches.Select(_images.Count, _workers, ofBatch, _cancellation);
        return [.. Enumerable.Range(0, sums[0].Length).Select(i => sums.Sum(batch => batch[i]) / _images.Images.Count)];
    }
}
