namespace Orleans.Runtime;

/// <summary>Something that an activation's end must end first.</summary>
internal interface IAbortable
{
    Task AbortAsync();
}
