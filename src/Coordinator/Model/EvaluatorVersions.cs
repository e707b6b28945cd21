namespace Cluster.Coordinator.Model;

/// <summary>The software and hardware that an 8-bit result depends on, besides model, data and plan.</summary>
/// <param name="Numerics">Version of our own numerics and of libtorch.</param>
/// <param name="Runtime">The runtime that executes the artefact, with its version.</param>
/// <param name="InstructionSet">The instruction set, such as "avx512-vnni": without VNNI, 8-bit products saturate.</param>
/// <param name="Device">The class of the target's device, with its driver and runtime; null for the processor.</param>
public sealed record EvaluatorVersions(string Numerics, string Runtime, string InstructionSet, string? Device = null);
