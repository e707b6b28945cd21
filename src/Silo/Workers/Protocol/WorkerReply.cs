using System.Text.Json.Serialization;

namespace Cluster.Silo.Workers.Protocol;

/// <summary>What a child sends to its silo; a closed set. Each request but a cancellation is answered by exactly one reply other than heartbeats.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(HelloReply), "hello")]
[JsonDerivedType(typeof(HeartbeatReply), "heartbeat")]
[JsonDerivedType(typeof(ResultReply), "result")]
[JsonDerivedType(typeof(PreparedReply), "prepared")]
[JsonDerivedType(typeof(RefusedReply), "refused")]
[JsonDerivedType(typeof(CancelledReply), "cancelled")]
[JsonDerivedType(typeof(FaultReply), "fault")]
internal abstract record WorkerReply;
