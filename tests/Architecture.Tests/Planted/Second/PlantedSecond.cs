using Cluster.Architecture.Tests.Planted.First;

namespace Cluster.Architecture.Tests.Planted.Second;

internal static class PlantedSecond
{
    public static int Next { get; } = 1;

    public static Func<int> Back() => PlantedFirst.Use;
}
