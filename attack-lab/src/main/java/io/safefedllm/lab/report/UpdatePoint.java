package io.safefedllm.lab.report;

/**
 * One client's update in the plane of the two principal components.
 *
 * @param round from 1
 * @param client its number, from 0
 * @param hostile whether it attacks
 * @param x first component
 * @param y second component
 */
public record UpdatePoint(int round, int client, boolean hostile, double x, double y) {}
