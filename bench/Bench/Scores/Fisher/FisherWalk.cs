using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Bench.Scores.Fisher;

/// <summary>Runs some images forward in FP32 and back, group by group, and scores each group on the way back. Thread-safe.</summary>
/// <param name="tried">The variants to score: a group, and the same group quantized.</param>
internal sealed class FisherWalk(
    FloatNetwork network, IReadOnlyList<(LayerGroup Group, SimulatedProgram Program)> tried, OutputKind outputs, FisherForm form)
    : IDisposable
{
    private readonly ProgramBuilder _builder = new(network.Graph, hasGradients: true);
    private readonly ILookup<int, int> _scores = Enumerable.Range(0, tried.Count).ToLookup(index => tried[index].Group.Index);
    private GroupBackward[]? _groups;

    public void Dispose() => _builder.Dispose();

    public FisherSums Run(ImageBatches images, int batch, long seed, int first)
    {
        var groups = LazyInitializer.EnsureInitialized(ref _groups, Compile);
        using var scope = NewDisposeScope();
        using var exact = new LiveTensors { Retained = network.Crossings };
        exact.SetInputs(network.Graph, images, batch);
        foreach (var group in network.Graph.Groups)
        {
            network.Float32(group.Index).Run(exact);
        }

        float[] reference = network.Logits(exact);
        int size = images.Size(batch);
        float[] along = OutputDirections.Of(outputs, form, reference, reference.Length / size, seed, first + images.Start(batch));
        var gradients = new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            [network.Graph.Output.Name] = TensorFactory.FromFloats(along, exact.Get(network.Graph.Output.Name).shape),
        };
        var scores = new (double, double, double)[tried.Count];
        foreach (var group in network.Graph.Groups.Reverse())
        {
            foreach (int index in _scores[group.Index])
            {
                scores[index] = Score(group, tried[index].Program, exact, gradients, size);
            }

            groups[group.Index].Run(exact, gradients);
            foreach (string tensor in network.HandedOn(group).Where(gradients.ContainsKey))
            {
                gradients[tensor].Dispose();
                gradients.Remove(tensor);
            }
        }

        return new FisherSums(reference.Sum(value => (double)value * value), scores);
    }

    private GroupBackward[] Compile()
    {
        var paths = new SlopePaths(network.Graph);
        return [.. network.Graph.Groups.Select(group => new GroupBackward(_builder, network.Graph, group, paths))];
    }

    private (double Squares, double Signal, double Noise) Score(
        LayerGroup group, SimulatedProgram program, LiveTensors exact, Dictionary<string, Tensor> gradients, int size)
    {
        using var scope = NewDisposeScope();
        using var run = exact.Borrow();
        program.Run(run);
        double signal = 0;
        double noise = 0;
        double[] products = new double[size];
        foreach (string tensor in network.HandedOn(group).Where(tensor => exact.Get(tensor).dtype == ScalarType.Float32))
        {
            var (tensorSignal, tensorNoise) = TensorStatistics.SquaredError(exact.Get(tensor), run.Get(tensor));
            signal += tensorSignal;
            noise += tensorNoise;
            if (gradients.TryGetValue(tensor, out var gradient))
            {
                var change = run.Get(tensor).sub(exact.Get(tensor)).mul(gradient);
                Add(products, form == FisherForm.Diagonal ? change.mul(change) : change);
            }
        }

        return (products.Sum(product => form == FisherForm.Diagonal ? product : product * product), signal, noise);
    }

    private static void Add(double[] products, Tensor change)
    {
        int kept = products.Length == 1 ? 0 : 1; // all of a single image, wherever its tensors have it
        long[] axes = [.. Enumerable.Range(kept, change.shape.Length - kept).Select(axis => (long)axis)];
        float[] sums = TensorFactory.ToFloats(axes.Length == 0 ? change : change.sum(axes, keepdim: false));
        for (int i = 0; i < products.Length; i++)
        {
            products[i] += sums[i];
        }
    }
}
