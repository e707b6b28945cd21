using System.Text.Json.Serialization;

namespace Cluster.Silo.Workers.Protocol;

/// <summary>What a silo sends to its child; a closed set.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(BeginRequest), "begin")]
[JsonDerivedType(typeof(EvaluateRequest), "evaluate")]
[JsonDerivedType(typeof(PrepareRequest), "prepare")]
[JsonDerivedType(typeof(CancelRequest), "cancel")]
internal abstract record WorkerRequest;
