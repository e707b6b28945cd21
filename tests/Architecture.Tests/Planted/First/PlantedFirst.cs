using Cluster.Architecture.Tests.Planted.Second;

namespace Cluster.Architecture.Tests.Planted.First;

/// <summary>Uses its neighbour in a body alone.</summary>
internal static class PlantedFirst
{
    public static int Use() => PlantedSecond.Next;
}
