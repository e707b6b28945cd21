namespace Orleans.Runtime;

/// <summary>The class that interfaces are dispatched through; it stays open because its proxies derive from it at run time.</summary>
internal class GrainProxy : GrainReference;
