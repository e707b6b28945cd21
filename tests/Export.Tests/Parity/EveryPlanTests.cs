namespace Cluster.Export.Tests.Parity;

/// <summary>
/// Simulation and ONNX Runtime agree on every choice of groups of small networks with each structure, and on random
/// ones of real networks.
/// </summary>
[Long]
public sealed class EveryPlanTests
{
    private const int RandomPlans = 3;

    public static TheoryData<string> Names => SmallNetworks.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Check_EveryChoiceOfGroups_Passes(string name)
    {
        using var net = Calibrated.Small(name);

        for (int choice = 1; choice < 1 << net.Graph.Groups.Count; choice++)
        {
            var settings = Nets.Mixed(net.Graph, index => (choice >> index & 1) != 0, choice % 2 == 0 ? "mse" : "max");
            net.Check(net.Resolver.Resolve(settings)).Failure.ShouldBeNull($"choice {choice:b}");
        }
    }

    // The first of them has all groups in INT8.
    [Theory]
    [InlineData(Nets.ResNet8)]
    [InlineData(Nets.ResNet20)]
    [InlineData(Nets.MobileNet)]
    [InlineData("imagenet/squeezenet1_0_deepcompressed")]
    [InlineData("mnist/lenet-mnist")]
    [InlineData("mnist/mnist-cntk-opset8")]
    public void Check_RandomPlansOfARealModel_Pass(string model)
    {
        using var net = Calibrated.Shared(model, 4, 4);
        var random = new Random(17);

        for (int plan = 0; plan < RandomPlans; plan++)
        {
            bool[] quantized = [.. net.Graph.Groups.Select(_ => plan == 0 || random.Next(2) == 0)];
            net.Check(net.Resolver.Resolve(Nets.Mixed(net.Graph, index => quantized[index]))).Failure
                .ShouldBeNull(string.Join(' ', quantized));
        }
    }
}
