namespace Cluster.Coordinator.Questions;

/// <summary>One plan for machines of several kinds.</summary>
/// <param name="Question">The question, in words.</param>
/// <param name="Kinds">The kinds, in the order of the jobs.</param>
/// <param name="Best">Of the plans that were timed on every kind, the one whose least speed-up is largest; null if FP32 is.</param>
/// <param name="Predicted">A plan whose least speed-up is predicted to be larger still, though it was not timed everywhere.</param>
/// <param name="Plans">Both, and those that no other beats on every kind, the largest least speed-up first.</param>
public sealed record FleetAnswer(
    string Question, IReadOnlyList<FleetKind> Kinds, FleetPlan? Best, FleetPlan? Predicted, IReadOnlyList<FleetPlan> Plans);
