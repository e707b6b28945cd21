namespace Cluster.Coordinator.Model.Options;

/// <summary>Which plans' files a job publishes.</summary>
public enum KeptFiles
{
    /// <summary>The winner's.</summary>
    Winner,

    /// <summary>Those of the front and of the plan with every group in INT8, too.</summary>
    Front,
}
