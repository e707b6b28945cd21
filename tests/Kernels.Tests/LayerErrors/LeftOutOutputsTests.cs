namespace Cluster.Kernels.Tests.LayerErrors;

public sealed class LeftOutOutputsTests
{
    // Each network run by itself, from the first group on, is what the shared prefix must give bit by bit.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Of_GroupsInFloat32_AreTheNetworksRunWhole(int workers)
    {
        using var net = Calibrated.Residual(30, 7);
        var groups = net.Graph.Groups.Where(group => group.CanQuantize).Select(group => group.Index).ToArray();
        QuantizedNetwork Without(params int[] left) =>
            net.Resolver.Resolve(Nets.Mixed(net.Graph, index => !left.Contains(index), "max"));
        QuantizedNetwork[] others =
        [
            .. groups.Select(group => Without(group)), .. groups.Zip(groups.Skip(1), (one, next) => Without(one, next)), Without(),
        ];

        var found = LeftOutOutputs.Of(net.Float32, Without(), others, net.Images, workers, CancellationToken.None);

        found.Select(Figures).ShouldBe(others.Select(other =>
            Figures(OutputSums.Of(net.Float32, other, net.Images, 1, CancellationToken.None))));
        found.Select(sums => sums.Channels[0].Sums.Overall).Distinct().Count().ShouldBeGreaterThan(groups.Length / 2);
    }

    [Fact]
    public void Of_AllGroupsInFloat32_HaveNoNoise()
    {
        using var net = Calibrated.Residual(30, 7);
        var whole = net.AllInt8();
        var none = net.Resolver.Resolve(Nets.Mixed(net.Graph, _ => false, "max"));

        var found = LeftOutOutputs.Of(net.Float32, whole, [none, whole], net.Images, 2, CancellationToken.None);

        found[0].Channels[0].Sums.Overall.ShouldBe(double.PositiveInfinity);
        found[1].Channels[0].Sums.Overall.ShouldBeLessThan(100);
    }

    private static string Figures(OutputSums sums) => string.Join(' ', sums.Channels.SelectMany(output =>
        Enumerable.Range(0, output.Sums.Count).Select(channel => $"{output.Sums.Signal(channel):R}/{output.Sums.Noise(channel):R}")));
}
