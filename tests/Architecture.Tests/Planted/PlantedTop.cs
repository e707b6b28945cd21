namespace Cluster.Architecture.Tests.Planted;

/// <summary>Used by nobody.</summary>
internal static class PlantedTop
{
    public static int Use() => First.PlantedFirst.Use();
}
