namespace Cluster.Silo.Workers.Protocol;

/// <summary>
/// The messages from a child to its silo; a closed set. Each request for work is answered by exactly one reply other than heartbeats,
/// times and questions.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(HelloReply), "hello")]
[JsonDerivedType(typeof(HeartbeatReply), "heartbeat")]
[JsonDerivedType(typeof(TimesReply), "times")]
[JsonDerivedType(typeof(ResultReply), "result")]
[JsonDerivedType(typeof(CancelledReply), "cancelled")]
[JsonDerivedType(typeof(FaultReply), "fault")]
[JsonDerivedType(typeof(ScoreReply), "score")]
internal abstract record WorkerReply;

/// <summary>The answer to <see cref="BeginRequest"/>.</summary>
/// <param name="Protocol">The child's version.</param>
internal sealed record HelloReply(int Protocol) : WorkerReply;

/// <summary>A sign of life during work; also sent at once when the stage changes.</summary>
/// <param name="Id">The request.</param>
/// <param name="Stage">Its stage.</param>
/// <param name="Seconds">The time in this stage.</param>
/// <param name="Training">How training goes; null before its first iteration, and of other work.</param>
internal sealed record HeartbeatReply(long Id, WorkStage Stage, double Seconds, TrainingPoint? Training = null) : WorkerReply;

/// <summary>The times of the work, sent before its answer; the silo sends the spans for it.</summary>
/// <param name="Id">The request.</param>
/// <param name="Times">By the child's clock.</param>
internal sealed record TimesReply(long Id, WorkTimes Times) : WorkerReply;

/// <summary>An item's result, or its expected failure.</summary>
/// <param name="Id">The request.</param>
/// <param name="Result">The result.</param>
internal sealed record ResultReply(long Id, WorkResult Result) : WorkerReply;

/// <summary>A request was stopped, as requested.</summary>
/// <param name="Id">The request.</param>
internal sealed record CancelledReply(long Id) : WorkerReply;

/// <summary>A defect: an unexpected exception. The child gets no more work.</summary>
/// <param name="Id">The request.</param>
/// <param name="Exception">The exception's type.</param>
/// <param name="Text">Its text.</param>
internal sealed record FaultReply(long Id, string Exception, string Text) : WorkerReply;

/// <summary>Predictions that the job's client is to score; the work waits for <see cref="ScoresRequest"/>.</summary>
/// <param name="Id">The request that they are made for.</param>
/// <param name="File">Path of their archive, which exists until the answer.</param>
/// <param name="Set">"evaluation" or "test".</param>
/// <param name="Samples">Number of samples.</param>
/// <param name="Item">The item, if its work may end without the numbers and be repeated; null: it waits for them.</param>
internal sealed record ScoreReply(long Id, string File, string Set, int Samples, string? Item) : WorkerReply;
