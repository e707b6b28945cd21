namespace Cluster.Tests;

/// <summary>A line of a code block.</summary>
/// <param name="Page">The document's file name.</param>
/// <param name="Number">Of the line in it, from 1.</param>
/// <param name="Text">Its text.</param>
public sealed record DocumentedLine(string Page, int Number, string Text);
