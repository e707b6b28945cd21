namespace Cluster.Coordinator.Model.Options;

/// <summary>The plans whose files a job publishes.</summary>
public enum KeptFiles
{
    /// <summary>The winner's.</summary>
    Winner,

    /// <summary>Also those of the front and of the plan with every group in INT8.</summary>
    Front,
}
