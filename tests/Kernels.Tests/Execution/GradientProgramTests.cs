using static TorchSharp.torch;

namespace Cluster.Kernels.Tests.Execution;

/// <summary>Programs that were compiled for gradients.</summary>
public sealed class GradientProgramTests
{
    private static readonly long[] Shape = [4, 3, 8, 8];

    [Fact]
    public void Run_WithoutHooks_EqualsTheFloatNetwork() => CompareWithFloat(Nets.Group(Nets.Residual()), Nets.Noise(4, 3, 8, 8, 4));

    [Theory]
    [InlineData(Nets.ResNet8)]
    [InlineData(Nets.MobileNet)]
    [InlineData("imagenet/squeezenet1_0_deepcompressed")]
    public void Run_RealNetworks_EqualTheFloatNetwork(string model)
    {
        int count = model.StartsWith("imagenet", StringComparison.Ordinal) ? 2 : 8;
        CompareWithFloat(Nets.Shared(model), Nets.SharedImages(model, count, count));
    }

    [Fact]
    public void Run_CutInTwoAnywhere_GivesTheSameLogits()
    {
        var graph = Nets.Group(Nets.Residual());
        using var network = new ProgramBuilder(graph, hasGradients: true);
        using var scope = NewDisposeScope();
        using var pixels = Nets.Noise(4, 3, 8, 8, 4).Tensor(0);
        float[] whole = TensorFactory.ToFloats(network.Whole(SumKind.Whole).Run([pixels])[0]);
        GraphNode[] nodes = [.. graph.Nodes];
        for (int cut = 1; cut < nodes.Length; cut++)
        {
            var first = network.Segment(nodes[..cut], SumKind.Whole);
            var second = network.Segment(nodes[cut..], SumKind.Whole);
            var middle = first.Outputs
                .Zip(first.Run([pixels]))
                .ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
            middle[graph.Input.Name] = pixels;
            TensorFactory.ToFloats(second.Run([.. second.Inputs.Select(name => middle[name])])[0]).ShouldBe(whole);
        }
    }

    [Fact]
    public void Grad_WeightsBiasesAndInput_EqualFiniteDifferences()
    {
        var graph = Nets.Group(Nets.Residual());
        using var network = new ProgramBuilder(graph, hasGradients: true);
        using var scope = NewDisposeScope();
        var segment = network.Whole(SumKind.Whole);
        // Noise is 0..255 in the fixture: small numbers keep float32 differences exact enough.
        using var pixels = TensorFactory.FromFloats(Nets.Values(4 * 192, 5), Shape);
        using var direction = TensorFactory.FromFloats(Nets.Values(20, 6), [4, 5]);
        var leaves = new Leaves(graph);
        pixels.requires_grad = true;
        var output = segment.Run([pixels], leaves)[0];
        var parameters = new List<Tensor> { pixels };
        parameters.AddRange(leaves.Parameters);
        var gradients = autograd.grad([output.mul(direction).sum()], parameters);

        using var without = no_grad();
        const float step = 1e-2f;
        for (int p = 0; p < parameters.Count; p++)
        {
            float[] gradient = TensorFactory.ToFloats(gradients[p]);
            float[] values = TensorFactory.ToFloats(parameters[p]);
            foreach (int i in new[] { 0, values.Length / 2, values.Length - 1 })
            {
                double slope = (Objective(p, i, step) - Objective(p, i, -step)) / (2 * step);
                ((double)gradient[i]).ShouldBe(slope, 2e-2 * Math.Max(1, Math.Abs(slope)), $"parameter {p}, element {i}");
            }

            double Objective(int which, int element, float delta)
            {
                float[] moved = [.. values];
                moved[element] += delta;
                using var tensor = TensorFactory.FromFloats(moved, parameters[which].shape);
                var replaced = which == 0 ? leaves : leaves.With(which - 1, tensor);
                float[] logits = TensorFactory.ToFloats(segment.Run([which == 0 ? tensor : pixels], replaced)[0]);
                return logits.Zip(TensorFactory.ToFloats(direction)).Sum(pair => (double)pair.First * pair.Second);
            }
        }
    }

    [Fact]
    public void Written_ReplacedTensor_IsWhatEveryReaderSees()
    {
        // r1 is read by a convolution and by the residual Add: zero in its place leaves only the biases.
        var graph = Nets.Group(Nets.Residual());
        using var network = new ProgramBuilder(graph, hasGradients: true);
        using var scope = NewDisposeScope();
        using var pixels = Nets.Noise(4, 3, 8, 8, 4).Tensor(0);

        float[] first = TensorFactory.ToFloats(network.Whole(SumKind.Whole).Run([pixels], new Zeroed("r1"))[0]);
        using var other = Nets.Noise(4, 3, 8, 8, 4, seed: 2).Tensor(0);
        float[] second = TensorFactory.ToFloats(network.Whole(SumKind.Whole).Run([other], new Zeroed("r1"))[0]);

        second.ShouldBe(first);
        first[..5].ShouldNotBe(TensorFactory.ToFloats(network.Whole(SumKind.Whole).Run([pixels])[0])[..5]);
    }

    [Fact]
    public void Run_ManyTimes_LeavesNoTensorBehind()
    {
        using var network = new ProgramBuilder(Nets.Group(Nets.Residual()), hasGradients: true);
        var segment = network.Whole(SumKind.Whole);
        using var pixels = Nets.Noise(4, 3, 8, 8, 4).Tensor(0);
        var hooks = new Zeroed("c2");

        TensorLeaks.ShouldBeNone(() => segment.Run([pixels], hooks).Single().Dispose());
    }

    [Fact]
    public void Run_LearnedNumbersWithoutGradients_AreRefused()
    {
        using var programs = new ProgramBuilder(Nets.Group(Nets.Residual()));
        using var pixels = Nets.Noise(4, 3, 8, 8, 4).Tensor(0);

        Should.Throw<InvalidOperationException>(() => programs.Whole().Run([pixels], new Zeroed("c2")))
            .Message.ShouldContain("without gradients");
    }

    private static void CompareWithFloat(GroupedGraph graph, ImageBatches images)
    {
        using var reference = new FloatNetwork(graph);
        using var network = new ProgramBuilder(graph, hasGradients: true);
        using var scope = NewDisposeScope();
        using var pixels = images.Tensor(0);
        float[] expected = reference.Run(images.Pixels(0), pixels.shape);

        float[] actual = TensorFactory.ToFloats(network.Whole(SumKind.Whole).Run([pixels])[0]);

        float largest = expected.Max(Math.Abs);
        actual.Length.ShouldBe(expected.Length);
        actual.Zip(expected).Max(pair => Math.Abs(pair.First - pair.Second)).ShouldBeLessThan(1e-5f * Math.Max(1, largest));
    }

    /// <summary>Every weight and bias as a leaf of its own.</summary>
    private sealed class Leaves : IQuantization
    {
        private readonly Dictionary<string, (Tensor Weight, Tensor? Bias)> _byNode = new(StringComparer.Ordinal);

        public Leaves(GroupedGraph graph)
        {
            foreach (var node in graph.WeightedNodes)
            {
                var weight = TensorFactory.FromTensorData(graph.Graph.Initializers[node.Inputs[1]]);
                weight.requires_grad = true;
                var bias = node.HasInput(2) ? TensorFactory.FromTensorData(graph.Graph.Initializers[node.Inputs[2]]) : null;
                if (bias is not null)
                {
                    bias.requires_grad = true;
                }

                _byNode[node.Name] = (weight, bias);
            }
        }

        private Leaves(Leaves other) => _byNode = new(other._byNode, StringComparer.Ordinal);

        public IReadOnlyList<Tensor> Parameters =>
            [.. _byNode.Values.SelectMany(pair => new[] { pair.Weight, pair.Bias }).OfType<Tensor>()];

        public Leaves With(int index, Tensor replacement)
        {
            var changed = new Leaves(this);
            var old = Parameters[index];
            foreach (var (name, pair) in _byNode)
            {
                changed._byNode[name] = (
                    ReferenceEquals(pair.Weight, old) ? replacement : pair.Weight,
                    ReferenceEquals(pair.Bias, old) ? replacement : pair.Bias);
            }

            return changed;
        }

        public Tensor? Weight(GraphNode node) => _byNode[node.Name].Weight;

        public Tensor? Bias(GraphNode node) => _byNode[node.Name].Bias;
    }

    private sealed class Zeroed(string name) : IQuantization, IFakeQuantizer
    {
        public IFakeQuantizer? Written(string tensor) => tensor == name ? this : null;

        public Tensor Apply(Tensor exact, IRunObserver? observer) => zeros_like(exact);
    }
}
