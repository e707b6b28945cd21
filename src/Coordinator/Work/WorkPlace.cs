using Cluster.Coordinator.Model;

namespace Cluster.Coordinator.Work;

/// <summary>What an item's result is made with, which says where in a cluster the item may be done.</summary>
public enum WorkPlace
{
    /// <summary>The target's own runtime on its own device: accuracy, times and parity of the file itself, and its publishing.</summary>
    Target,

    /// <summary>The target's runtime on some of the images, for decisions on the way: no number that is reported.</summary>
    Glance,

    /// <summary>The simulation, whose integers are the same on every processor of a class.</summary>
    Simulation,

    /// <summary>Learning: a GPU does it much faster than a processor.</summary>
    Learning,
}

/// <summary>What a place means for a job.</summary>
public static class WorkPlaceExtensions
{
    /// <summary>
    /// Whether the work takes the target's own device: where that is a GPU, everything but simulations does; the processors
    /// of a class are the same ones beside any device.
    /// </summary>
    public static bool UsesTarget(this WorkPlace place, EvaluatorVersions versions) =>
        place == WorkPlace.Target || (versions.Device is not null && place != WorkPlace.Simulation);
}
