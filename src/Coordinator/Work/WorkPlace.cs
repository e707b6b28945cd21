namespace Cluster.Coordinator.Work;

/// <summary>The resource that an item's result depends on, which decides where in a cluster the item may run.</summary>
public enum WorkPlace
{
    /// <summary>The target's own runtime on its own device: accuracy, times and parity of the file itself, and its publishing.</summary>
    Target,

    /// <summary>The target's runtime on some of the images, for intermediate decisions: never for a reported number.</summary>
    Glance,

    /// <summary>The simulation, whose integers are the same on every processor of a class.</summary>
    Simulation,

    /// <summary>Learning: a GPU does it much faster than a processor.</summary>
    Learning,
}

/// <summary>The meaning of a place for a job.</summary>
public static class WorkPlaceExtensions
{
    /// <summary>
    /// Whether the work uses the target's own device: if that is a GPU, everything except simulations does; the processors of a class are
    /// the same next to any device.
    /// </summary>
    public static bool UsesTarget(this WorkPlace place, EvaluatorVersions versions) =>
        place == WorkPlace.Target || (versions.Device is not null && place != WorkPlace.Simulation);
}
