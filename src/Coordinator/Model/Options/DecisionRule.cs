namespace Cluster.Coordinator.Model.Options;

/// <summary>How measured drops of accuracy decide which plans are accurate enough (ADR 20).</summary>
public enum DecisionRule
{
    /// <summary>
    /// The drop corrected for the choice among all plans that were looked at; with a confidence, its upper bound that holds for all of
    /// them at once.
    /// </summary>
    Corrected,

    /// <summary>The drop as it was measured, each plan by itself: the rule of jobs that were begun before there was another.</summary>
    Measured,
}
