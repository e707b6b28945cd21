namespace Orleans;

/// <summary>An incoming filter without a class.</summary>
public delegate Task IncomingGrainCallFilterDelegate(IIncomingGrainCallContext context);
