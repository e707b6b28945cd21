namespace Cluster.Coordinator.Views;

/// <summary>The meaning of one journal record for people; a closed set.</summary>
/// <param name="Sequence">The record's number + 1: from 1, without gaps.</param>
/// <param name="At">When it was written.</param>
public abstract record JobChange(long Sequence, DateTimeOffset At);
