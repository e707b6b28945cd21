namespace Cluster.Kernels.Evaluation.Errors;

/// <summary>
/// What networks that differ from a quantized one in a few groups keep of FP32's outputs. A batch runs once through the quantized network;
/// each of the others continues from the first group in which it differs, so that one after another left out costs about half a run each.
/// </summary>
public static class LeftOutOutputs
{
    /// <summary>The sums of each other network, in their order; the same for any number of workers.</summary>
    /// <param name="whole">The quantized network.</param>
    /// <param name="others">Networks of the same weights and biases with other groups left in FP32.</param>
    /// <param name="images">A few are enough; labels are ignored.</param>
    public static IReadOnlyList<OutputSums> Of(
        FloatNetwork network, QuantizedNetwork whole, IReadOnlyList<QuantizedNetwork> others, ImageBatches images, int workers,
        CancellationToken cancellation)
    {
        using var programs = network.Compile(whole);
        var compared = new ComparedOutputs(network);
        var suffixes = others.Select(other => new Suffix(network, whole, other, programs)).ToLookup(suffix => suffix.First);
        return Batches.Select(images.Count, workers, Compare, cancellation)
            .Aggregate((all, batch) => [.. all.Zip(batch, (sums, later) => sums.With(later))]);

        IReadOnlyList<OutputSums> Compare(int batch)
        {
            var exact = network.RunAll(images, batch);
            var found = new Dictionary<QuantizedNetwork, OutputSums>(ReferenceEqualityComparer.Instance);
            using var prefix = new LiveTensors { Retained = network.Crossings };
            prefix.SetInputs(network.Graph, images, batch);
            foreach (var group in network.Graph.Groups)
            {
                foreach (var suffix in suffixes[group.Index])
                {
                    cancellation.ThrowIfCancellationRequested();
                    using var run = prefix.Borrow();
                    found[suffix.Network] = compared.Sums(images, batch, exact, suffix.Run(run));
                }

                programs.Programs[group.Index].Run(prefix);
                foreach (string tensor in network.EndingIn(group))
                {
                    prefix.Drop(tensor);
                }
            }

            var same = suffixes[network.Graph.Groups.Count].ToArray();
            foreach (var suffix in same)
            {
                found[suffix.Network] = compared.Sums(images, batch, exact, suffix.Run(prefix));
            }

            return [.. others.Select(other => found[other])];
        }
    }

    // From the first group in which a network differs from the whole one.
    private sealed class Suffix
    {
        private readonly FloatNetwork _float32;
        private readonly NetworkProgram[] _programs;

        public Suffix(FloatNetwork float32, QuantizedNetwork whole, QuantizedNetwork network, ProgramSet programs)
        {
            (_float32, Network) = (float32, network);
            var groups = float32.Graph.Groups;
            First = groups.FirstOrDefault(group => !network.ComputesAs(whole, group))?.Index ?? groups.Count;

            // Compiled as each runs: together those of all networks would hold the weights several times.
            _programs =
            [
                .. groups.Skip(First).Select(group => network.ComputesAs(whole, group)
                    ? programs.Programs[group.Index]
                    : PlanQuantization.Concerns(network, group.Nodes)
                    ? new BriefProgram(float32.Float32(group.Index), () => float32.Quantized(group, network))
                    : float32.Float32(group.Index)),
            ];
        }

        public QuantizedNetwork Network { get; }

        public int First { get; }

        public IReadOnlyList<(string Name, long[] Shape, float[] Values)> Run(LiveTensors live)
        {
            foreach (var program in _programs)
            {
                program.Run(live);
            }

            return _float32.Answers(live);
        }
    }
}
