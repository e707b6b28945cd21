using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Execution;

/// <summary>LSTM and GRU of random sizes and forms against ONNX Runtime.</summary>
public sealed class RecurrentPropertyTests
{
    private const int Cases = 40;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Cases)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Run_RandomForm_EqualsOnnxRuntime(int seed)
    {
        var form = new Form(new Random(seed));
        var graph = OnnxReader.Read(OnnxWriter.Write(form.Build()), "recurrent");
        long[] shape = [form.Batch, form.Time, form.Features];
        float[] input = Nets.Values((int)(form.Batch * form.Time * form.Features), seed, 2);
        float[] expected = InRuntime.RunAsWritten(OnnxWriter.Write(graph).Message, TensorData.FromFloats(shape, input));
        using var network = new FloatNetwork(Nets.Group(graph));

        float[] actual = network.Run(input, shape);

        actual.ShouldBe(expected, 1e-5, form.ToString());
        using var programs = new ProgramBuilder(network.Graph, hasGradients: true);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var x = Nets.Leaf(input, shape);
        var output = programs.Whole().Run([x])[0];
        TensorFactory.ToFloats(output.contiguous()).ShouldBe(expected, 1e-5, $"with gradients: {form}");
        var slopes = TorchSharp.torch.autograd.grad([output.mul(output).sum()], [x])[0];
        TensorFactory.ToFloats(slopes.contiguous()).ShouldContain(slope => slope != 0);
    }

    [Fact]
    public void Forms_OfAllSeeds_CoverEveryChoice()
    {
        Form[] forms = [.. Enumerable.Range(1, Cases).Select(seed => new Form(new Random(seed)))];

        forms.Select(form => (form.Type, form.Direction)).Distinct().Count().ShouldBe(2 * 3);
        forms.Where(form => form is { Type: "GRU", IsResetFirst: true }).Select(form => form.Direction).Distinct().Count().ShouldBe(3);
        forms.Select(form => (form.HasBias, form.HasState, form.OfLast)).Distinct().Count().ShouldBe(8);
    }

    private sealed record Form
    {
        public Form(Random random)
        {
            Type = random.Next(2) == 0 ? "LSTM" : "GRU";
            Direction = random.Next(3) switch { 0 => "forward", 1 => "reverse", _ => "bidirectional" };
            (Batch, Time, Features, Hidden) = (random.Next(1, 5), random.Next(1, 12), random.Next(1, 9), random.Next(1, 9));
            (HasBias, HasState, OfLast) = (random.Next(2) == 0, random.Next(2) == 0, random.Next(2) == 0);
            Seed = random.Next(1000);
            IsResetFirst = random.Next(2) == 0;
        }

        public string Type { get; }

        public string Direction { get; }

        public int Batch { get; }

        public int Time { get; }

        public int Features { get; }

        public int Hidden { get; }

        public bool HasBias { get; }

        public bool HasState { get; }

        /// <summary>Whether the last states are read, and not those of every step.</summary>
        public bool OfLast { get; }

        public int Seed { get; }

        /// <summary>Of a GRU: whether the reset gate comes before the product.</summary>
        public bool IsResetFirst { get; }

        public ModelGraph Build()
        {
            int gates = Type == "LSTM" ? 4 : 3;
            int directions = Direction == "bidirectional" ? 2 : 1;
            float[] Values(int count, int part) => Nets.Values(count, Seed + part, 0.5);
            var builder = new GraphBuilder(14, -1, Time, Features)
                .Floats("w", [directions, gates * Hidden, Features], Values(directions * gates * Hidden * Features, 1))
                .Floats("r", [directions, gates * Hidden, Hidden], Values(directions * gates * Hidden * Hidden, 2))
                .Floats("b", [directions, 2 * gates * Hidden], Values(directions * 2 * gates * Hidden, 3))
                .Node("Transpose", "x", "t", Ints("perm", [1, 0, 2]));
            if (HasState)
            {
                // Of each sample's first step: (1, N, features) by (directions, features, hidden).
                builder.Ints("zero", 0).Ints("one", 1)
                    .Floats("hw", [directions, Features, Hidden], Values(directions * Features * Hidden, 4))
                    .Floats("cw", [directions, Features, Hidden], Values(directions * Features * Hidden, 5))
                    .Node("Slice", "t zero one zero", "s").Node("MatMul", "s hw", "h").Node("MatMul", "s cw", "c");
            }

            string state = HasState ? Type == "LSTM" ? " - h c" : " - h" : string.Empty;
            var attributes = new List<(string Name, AttributeValue Value)> { Int("hidden_size", Hidden), Text("direction", Direction) };
            if (Type == "GRU" && !IsResetFirst)
            {
                attributes.Add(Int("linear_before_reset", 1));
            }

            return builder
                .Nodes(Type, $"t w r {(HasBias ? "b" : "-")}{state}", OfLast ? ["-", "a"] : ["a"], [.. attributes])
                .Node("Transpose", "a", "y", Ints("perm", OfLast ? [1, 0, 2] : [2, 0, 1, 3]))
                .Build();
        }
    }
}
