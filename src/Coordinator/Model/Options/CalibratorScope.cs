namespace Cluster.Coordinator.Model.Options;

/// <summary>The scope of one calibrator's choice.</summary>
public enum CalibratorScope
{
    /// <summary>Each group has its own: the one with the least divergence on held-back calibration images, without a label.</summary>
    Group,

    /// <summary>One for the whole network: each is evaluated on the labelled images.</summary>
    Network,
}
