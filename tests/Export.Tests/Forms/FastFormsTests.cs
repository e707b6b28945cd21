using Cluster.Export.Forms;

namespace Cluster.Export.Tests.Forms;

/// <summary>Files in fast forms have the outputs of the plain ones in ONNX Runtime, bit for bit.</summary>
public sealed class FastFormsTests
{
    public static TheoryData<string> Networks => [.. FormNetworks.All.Keys];

    public static TheoryData<string> Small => [.. SmallNetworks.All.Keys];

    [Theory]
    [InlineData("depthwise of 6 channels", "6 channels, written as 16")]
    [InlineData("residual of 13 channels", "13 to 13 channels, written as 16 to 16")]
    [InlineData("groups of 2", "24 groups, written as 2 dense convolutions")]
    [InlineData("groups without an activation", "2 groups, written as one dense convolution")]
    [InlineData("7 by 7 with stride 2", "7×7 with stride 2, written as 4×4 over blocks of 2×2 pixels")]
    [InlineData("average pool of 3 by 3", "average over 3×3, written as a depthwise convolution of ones")]
    [InlineData("hard swish", "hard sigmoid, written as a sum that saturates")]
    [InlineData("squeeze and excitation", "10 to 3 channels, written as 16 to 16")]
    [InlineData("join with holes", "12 to 9 channels, written as 32 to 16")]
    [InlineData("channel shuffle", "6 channels, written as 16")]
    [InlineData("nearest neighbours", "nearest neighbours, repeated with channels last")]
    [InlineData("depth to space", "depth to space, moved with channels last")]
    [InlineData("depth to space by columns", "depth to space, moved with channels last")]
    [InlineData("slice that cannot be widened", "3 input channels, written as 4")]
    public void Apply_Network_IsWrittenAsTheRuleSays(string name, string expected)
    {
        using var net = Of(name);

        FastForms.Apply(QdqExporter.Export(net.AllInt8()), net.Graph.Graph).Forms.Select(form => form.Words).ShouldContain(expected);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Apply_Network_ComputesTheSameBits(string name)
    {
        using var net = Of(name);
        RequireSameBits(net, net.AllInt8());
        var safe = net.Resolve(_ => Decide.In(GroupFormat.Int8Safe));
        RequireSameBits(net, safe);
        SaturatingProducts.In(FastForms.Apply(QdqExporter.Export(safe, unsignedWeights: false), net.Graph.Graph).File).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Apply_SomeGroupsInFloat_ComputesTheSameBits(string name)
    {
        using var net = Of(name);
        for (int plan = 0; plan < 4; plan++)
        {
            RequireSameBits(net, net.Resolver.Resolve(Nets.Mixed(net.Graph, group => (group + plan) % 3 != 0)));
        }
    }

    [Theory]
    [MemberData(nameof(Small))]
    [Long]
    public void Apply_EverySmallNetwork_ComputesTheSameBits(string name)
    {
        using var net = Calibrated.Small(name, 8, 4);
        for (int plan = 0; plan < 1 << Math.Min(4, net.Graph.Groups.Count); plan++)
        {
            RequireSameBits(net, net.Resolver.Resolve(Nets.Mixed(net.Graph, group => (plan >> (group % 4) & 1) == 0)));
        }
    }

    [Theory]
    [InlineData(Nets.ResNet8)]
    [InlineData(Nets.MobileNet)]
    public void Apply_RealNetwork_ComputesTheSameBitsAndPassesTheGate(string model)
    {
        using var net = Calibrated.Shared(model, 8, 4);
        var network = net.AllInt8();
        var fast = RequireSameBits(net, network);

        var report = net.Check(network, OnnxWriter.Write(fast));
        report.Failure.ShouldBeNull();
        report.QuantizeNodes.ShouldBe(QdqExporter.ExpectedQuantizeNodes(network));
    }

    [Fact]
    public void Check_FastFileOfOtherWeights_Fails()
    {
        using var net = Of("depthwise of 6 channels");
        var network = net.AllInt8();
        var fast = FastForms.Apply(QdqExporter.Export(network), net.Graph.Graph).File;
        var (name, codes) = fast.Initializers.First(pair => pair.Value is { Type: ElementType.Int8, Shape.Length: 4 });
        byte[] bytes = codes.Bytes.ToArray();
        bytes[0] = (byte)(bytes[0] ^ 64);
        var other = fast with
        {
            Initializers = new Dictionary<string, TensorData>(fast.Initializers) { [name] = new(codes.Type, codes.Shape, bytes) },
        };

        net.Check(network, OnnxWriter.Write(other)).Failure.ShouldNotBeNull().ShouldStartWith("In fast forms the artefact computes ");
    }

    [Fact]
    public void Apply_WithoutEveryRule_IsTheFileItself()
    {
        using var net = Of("hard swish");
        var file = QdqExporter.Export(net.AllInt8());

        FastForms.Apply(file, net.Graph.Graph, FastForms.Rules).File.ShouldBeSameAs(file);
    }

    private static Calibrated Of(string name) => new(Nets.Group(FormNetworks.All[name]()), Nets.Noise(16, 3, 8, 8, 8));

    private static ModelGraph RequireSameBits(Calibrated net, QuantizedNetwork network)
    {
        var plain = QdqExporter.Export(network);
        var fast = FastForms.Apply(plain, net.Graph.Graph).File;
        fast.Inputs.ShouldBe(plain.Inputs);
        fast.Outputs.ShouldBe(plain.Outputs);
        GraphInvariants.Violation(fast).ShouldBeNull();
        var inputs = net.Images.Inputs(0);
        float[] expected = InRuntime.Run(plain, inputs);
        InRuntime.Run(fast, inputs).ShouldBe(expected);
        InRuntime.RunAsWritten(OnnxWriter.Write(fast).Message, inputs).ShouldBe(
            InRuntime.RunAsWritten(OnnxWriter.Write(plain).Message, inputs), 1e-4);

        // Read back, by our own executor.
        using var one = QuantizedModel.Load(OnnxWriter.Write(plain), "plain");
        using var other = QuantizedModel.Load(OnnxWriter.Write(fast), "fast");
        Nets.Distance(other.Run(inputs)[0], one.Run(inputs)[0]).ShouldBeLessThanOrEqualTo(1e-4f);
        return fast;
    }
}
